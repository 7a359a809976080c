import { mkdirSync } from "node:fs";
import { ndarray } from "@tvb-storage/core/arrays";
import { ZarrStorageManager } from "@tvb-storage/zarr-backend";
import { beforeAll, describe, expect, it } from "vitest";
import { chromium, describeWith } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import type { AttributeValue } from "../src/data/data-file.js";
import { describeAttributes, type ShownValue } from "../src/views/metadata/described-attribute.js";
import { useViewer } from "./support/viewer.js";

const scalar = (value: string | number | bigint | boolean): AttributeValue => ({ array: ndarray(value) });

function shownOf(attributes: Record<string, AttributeValue>, asStored = false): Record<string, string> {
  const described = describeAttributes(new Map(Object.entries(attributes)), { asStored });
  return Object.fromEntries(described.map(({ name, key, value }) => [asStored ? name : key, textOf(value)]));
}

function textOf(value: ShownValue): string {
  switch (value.kind) {
    case "text":
      return value.unit === undefined ? value.text : `${value.text} ${value.unit}`;
    case "structure":
      return JSON.stringify(value.structure);
    case "elements":
      return `[${Array.from({ length: value.count }, (_, index) => value.element(index)).join("; ")}]`;
    case "unreadable":
      return "unreadable";
  }
}

describe("an attribute is listed", () => {
  it("decoded: booleans, dates, numbers with their unit, structures", () => {
    expect(
      shownOf({
        TVB_is_nan: scalar("bool:False"),
        TVB_create_date: scalar("datetime:2024-02-27 15:11:16.101258"),
        TVB_sample_period: scalar(0.5),
        TVB_sample_period_unit: scalar("ms"),
        TVB_labels_dimensions: scalar('{"Region": ["lA1"]}'),
        TVB_title: scalar("[no JSON"),
        TVB_Data_version: scalar(5n),
        Maximum: scalar(2),
        unit: scalar("mV"),
        number: scalar(3),
      }),
    ).toEqual({
      is_nan: "false",
      create_date: "2024-02-27 15:11:16.101258",
      sample_period: "0.5 ms",
      sample_period_unit: "ms",
      labels_dimensions: '{"Region":["lA1"]}',
      title: "[no JSON",
      Data_version: "5",
      Maximum: "2 mV",
      unit: "mV",
      number: "3",
    });
  });

  it("as stored, under its own name", () => {
    expect(shownOf({ TVB_is_nan: scalar("bool:False"), TVB_: scalar(1) }, true)).toEqual({
      TVB_: "1",
      TVB_is_nan: "bool:False",
    });
  });

  it("with its type: arrays, complex numbers, names of enumerations, and what cannot be read", () => {
    const attributes = new Map<string, AttributeValue>([
      ["array", { array: ndarray([1.5, 2.5]) }],
      ["complex", { array: { dtype: "complex128", shape: [], data: Float64Array.of(1, -2) } }],
      [
        "enum",
        { array: { dtype: "int8", shape: [], data: Int8Array.of(1), enumMembers: { RED: 0, GREEN: 1 } } },
      ],
      ["other", { unreadable: "object reference" }],
    ]);
    const described = describeAttributes(attributes, { asStored: false });
    expect(described.map(({ key, type, value }) => [key, type, textOf(value)])).toEqual([
      ["array", "float64, 2", "[1.5; 2.5]"],
      ["complex", "complex128", "1-2j"],
      ["enum", "enum of int8", "GREEN"],
      ["other", "object reference", "unreadable"],
    ]);
    const [, , asStored] = describeAttributes(attributes, { asStored: true });
    expect(asStored && textOf(asStored.value)).toBe("1");
  });
});

const EVIL = "<img src=x onerror=console.error(1)>";
const A = "aa112233445566778899aabbccddeeff";
const B = "bb0e0d0c0b0a09080706050403020100";

describeWith(chromium)("the page shows metadata", () => {
  const viewer = useViewer();
  const folder = temporaryFolder("metadata");

  beforeAll(async () => {
    mkdirSync(folder("two"));
    const connectivity = new ZarrStorageManager(folder(`two/Connectivity_${A}.zarr`));
    await connectivity.storeData(new Float64Array(2), "weights");
    await connectivity.setMetadata({ gid: `urn:uuid:${A}` });
    const series = new ZarrStorageManager(folder(`two/TimeSeries_${B}.zarr`));
    await series.storeData(new Float32Array(5), "data");
    await series.setMetadata({
      connectivity: `urn:uuid:${A}`,
      title: EVIL,
      [EVIL]: 1,
      labels_dimensions: JSON.stringify({ Region: [EVIL, "rV1"] }),
      many: Array.from({ length: 150 }, (_, index) => index),
      long: "x".repeat(3000),
      visible: true,
    });
    await series.setMetadata({ Mean: 0.25 }, "data");
    await series.storeData(new Float32Array(6), EVIL);
  });

  it("decoded or as stored, cut where it is long; names and values are text, GIDs are links", async () => {
    const file = `two/TimeSeries_${B}.zarr`;
    const { page } = await viewer.open(`#${new URLSearchParams({ file, view: "metadata" })}`);
    await page.getByLabel("Open a folder").setInputFiles(folder("two"));
    const row = (name: string | RegExp) => page.getByRole("row", { name });
    await row("visible true string").waitFor();
    await row(`title ${EVIL} string`).waitFor();
    await row(`${EVIL} 1 int64`).waitFor();
    await row(/^labels_dimensions Region <img src=x onerror=console.error\(1\)>.*rV1/).waitFor();

    await page.getByRole("button", { name: "Show all 150 elements" }).click();
    await row(/^many 0.*148.*149 int64, 150/).waitFor();
    await page.getByRole("button", { name: "Show all 3000 characters" }).click();
    await row(/^long x{3000} string/).waitFor();

    await page.getByLabel("as stored").check();
    await row("TVB_visible bool:True string").waitFor();
    expect(new URL(page.url()).hash).toContain("stored=yes");

    await page.getByRole("tab", { name: "Contents" }).click();
    await row(`/${EVIL} float32 6`).waitFor();
    await page.getByRole("treeitem", { name: EVIL }).waitFor();
    await page.getByRole("tab", { name: "Metadata" }).click();
    await page.getByRole("treeitem", { name: /^data/ }).click();
    await row(/^Mean 0.25 float64/).waitFor();
    await page.goBack();
    await page.getByRole("link", { name: `urn:uuid:${A}` }).click();
    await page.getByRole("heading", { name: "Connectivity", exact: true }).waitFor();
    expect(await page.locator("img").count()).toBe(0);
  });
});
