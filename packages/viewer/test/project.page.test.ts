import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ZarrStorageManager } from "@tvb-storage/zarr-backend";
import { PNG } from "pngjs";
import { beforeAll, describe, expect, it } from "vitest";
import { chromium, describeWith } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { type Datatype, datatypeOf } from "../src/project/datatypes.js";
import { projectsOf } from "../src/project/projects.js";
import { layDiagram } from "../src/views/project/diagram-layout.js";
import { sourceOf } from "./support/source-of.js";
import { useViewer } from "./support/viewer.js";

const A = "aa112233445566778899aabbccddeeff";
const B = "bb0e0d0c0b0a09080706050403020100";
const C = "cc0e0d0c0b0a09080706050403020100";
const EVIL = "<img src=x onerror=console.error(1)>";

describe("projects of a source", () => {
  it("are the folders with Project.xml, also several of a storage root", () => {
    const root = sourceOf(
      "server",
      "PROJECTS/b10/Project.xml",
      "PROJECTS/b2/Project.xml",
      "PROJECTS/b2/IMAGES/figure.png",
      "PROJECTS/b2/10/x.h5",
      "PROJECTS/b2/9/x.h5",
      "PROJECTS/b2/links-to-external-projects/y.h5",
      "PROJECTS/b2/top.h5",
    );
    const [first, second] = projectsOf(root);
    expect([first?.name, second?.name]).toEqual(["b2", "b10"]);
    expect(first?.operations.map(({ name }) => name)).toEqual(["", "9", "10", "links-to-external-projects"]);
    expect(first?.figures.map(({ path }) => path)).toEqual(["PROJECTS/b2/IMAGES/figure.png"]);
    const [only] = projectsOf(sourceOf("archive", "Project.xml", "1/x.h5"));
    expect([only?.path, only?.operations.length]).toEqual(["", 1]);
  });
});

describe("a datatype", () => {
  const source = sourceOf("folder", `1/TimeSeries_${A}.h5`, `2/Connectivity_${B}.h5`);
  const [series, connectivity] = source.files;
  if (series === undefined || connectivity === undefined) throw new Error("there are two");
  const fileOf = (gid: string) => (gid === B ? connectivity : undefined);

  it("is listed by its name before it is opened, and with the reason where it cannot be", () => {
    const waiting = datatypeOf(series, { state: "waiting" }, fileOf);
    expect([waiting.className, waiting.gid, waiting.isWaiting]).toEqual(["TimeSeries", A, true]);
    expect(datatypeOf(series, { state: "failed", reason: "damaged" }, fileOf).reason).toBe("damaged");
  });

  it("has its title, date, largest data and what it refers to", () => {
    const summary = {
      className: "TimeSeriesRegion",
      created: "2024-02-27 15:11:16.101258",
      metadata: { Title: "rest", connectivity: `urn:uuid:${B}`, region_mapping: `urn:uuid:${C}` },
      nodes: [
        { path: "/time", kind: "dataset", shape: [4] },
        { path: "/data", kind: "dataset", shape: [4, 1, 3, 1] },
      ],
    } as const;
    expect(datatypeOf(series, { state: "described", summary }, fileOf)).toEqual({
      file: series,
      className: "TimeSeriesRegion",
      gid: A,
      title: "rest",
      created: "2024-02-27 15:11:16",
      data: "data 4 × 1 × 3 × 1",
      links: [
        { name: "connectivity", gid: B, file: connectivity },
        { name: "region_mapping", gid: C, file: undefined },
      ],
      reason: undefined,
      isWaiting: false,
    });
  });

  it("is a box in the column of its operation, with arrows to what it refers to", () => {
    const plain = (file: typeof series, links: Datatype["links"] = []): Datatype => ({
      ...datatypeOf(file, { state: "waiting" }, fileOf),
      links,
    });
    const { boxes, arrows, columns } = layDiagram([
      {
        name: "Operation 1",
        datatypes: [plain(series, [{ name: "connectivity", gid: B, file: connectivity }])],
      },
      { name: "Operation 2", datatypes: [plain(connectivity)] },
    ]);
    expect(columns.map(({ x }) => x)).toEqual([8, 268]);
    expect(boxes.map(({ x, y }) => [x, y])).toEqual([
      [8, 32],
      [268, 32],
    ]);
    // From the right side of the first box to the left one of the second.
    expect(arrows.map(({ path }) => path)).toEqual(["M208 52C238 52 238 52 268 52"]);
  });
});

describeWith(chromium)("the page shows a project", () => {
  const viewer = useViewer();
  const folder = temporaryFolder("project");
  const study = (path: string): string => folder(`Study/${path}`);

  beforeAll(async () => {
    for (const name of ["1", "2", "IMAGES"]) mkdirSync(study(name), { recursive: true });
    writeFileSync(
      study("Project.xml"),
      `<tvb_data Data_version="5"><name>Epilepsy &lt;b&gt;</name><description>${EVIL.replaceAll("<", "&lt;")}</description></tvb_data>`,
    );
    const connectivity = new ZarrStorageManager(study(`1/Connectivity_${A}.zarr`));
    await connectivity.storeData(new Float64Array(6).fill(1), "weights");
    await connectivity.setMetadata({ gid: `urn:uuid:${A}`, type: "tvb.Connectivity", title: EVIL });
    const series = new ZarrStorageManager(study(`2/TimeSeriesRegion_${B}.zarr`));
    await series.storeData(new Float32Array(5), "data");
    await series.setMetadata({
      gid: `urn:uuid:${B}`,
      connectivity: `urn:uuid:${A}`,
      region_mapping: `urn:uuid:${C}`,
      create_date: new Date("2024-02-27T15:11:16Z"),
    });
    writeFileSync(study(`2/Surface_${C}.h5`), "no data");
    const image = new PNG({ width: 8, height: 4 });
    image.data.fill(255);
    writeFileSync(study("IMAGES/figure.png"), PNG.sync.write(image));
    writeFileSync(study("IMAGES/broken.png"), "no image");
  });

  it("with its operations, what refers to what, and its figures; names are text", async () => {
    const { page } = await viewer.open();
    await page.getByLabel("Open a folder").setInputFiles(folder("Study"));
    await page.getByRole("heading", { name: "Epilepsy <b>" }).waitFor();
    expect(await page.title()).toBe("Study – TVB storage viewer");
    await page.getByText(EVIL).first().waitFor();

    const row = (name: string | RegExp) => page.getByRole("row", { name });
    await row(/^TimeSeriesRegion .*data 5 connectivity region mapping/).waitFor();
    await row(/^Connectivity <img src=x onerror=console.error\(1\)> aa112233/).waitFor();
    await row(/^Surface .*not an HDF5 file/).waitFor();
    expect(await page.getByRole("row", { name: /^Operation/ }).allTextContents()).toEqual([
      "Operation 1",
      "Operation 2",
    ]);

    // The whole GID is copied.
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: `Copy the GID of Connectivity aa112233` }).click();
    await page.getByText("Copied").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(A);

    expect(
      await page
        .getByRole("img", { name: "figure.png" })
        .evaluate((img: HTMLImageElement) => img.naturalWidth),
    ).toBe(8);
    await page.getByRole("alert").getByText("broken.png is no image").waitFor();
    expect(await page.locator("img").count()).toBe(1);
  });

  it("and leads by links, also those of the picture, to a datatype and back", async () => {
    const { page } = await viewer.open("#project=Study");
    await page.getByText("Open Study to see this view.").waitFor();
    await page.getByLabel("Open a folder").setInputFiles(folder("Study"));
    const box = page.getByRole("link", { name: "TimeSeriesRegion data 5" });
    expect(await box.getAttribute("aria-description")).toBe("refers to connectivity, region mapping");
    await box.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "TimeSeriesRegion" }).waitFor();
    await page.goBack();
    await page.getByRole("link", { name: "connectivity", exact: true }).click();
    await page.getByRole("heading", { name: "Connectivity", exact: true }).waitFor();
    expect(new URLSearchParams(new URL(page.url()).hash.slice(1)).get("file")).toBe(
      `Study/1/Connectivity_${A}.zarr`,
    );
  });

  it("or several, and files that are in none", async () => {
    const { page, openFiles } = await viewer.open();
    await page.getByLabel("Open a folder").setInputFiles(folder("Study"));
    const exported = (name: string) =>
      fileURLToPath(new URL(`../../../fixtures/exports/${name}`, import.meta.url));
    await openFiles(exported("project.zip"), exported("simulator.zip"));
    await page.getByRole("treeitem", { name: /^project.zip/ }).click();
    await page.getByRole("heading", { name: "Epilepsy", exact: true }).waitFor();
    expect(new URL(page.url()).hash).toBe("#project=");
    await page.evaluate(() => {
      location.hash = "";
    });
    await page.getByRole("link", { name: "Study" }).waitFor();
    // A simulator's configuration refers to its model, which refers to a connectivity.
    await page
      .getByRole("row", { name: /^BurstConfiguration .* simulator/ })
      .getByRole("link", { name: "simulator" })
      .click();
    await page.getByRole("heading", { name: "SimulatorAdapterModel" }).waitFor();
  });
});
