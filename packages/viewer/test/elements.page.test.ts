import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { chromium, describeWith } from "../../../test/support/judges.js";
import { servedFiles } from "../../../test/support/served-files.js";
import { useViewer } from "./support/viewer.js";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url));

describeWith(chromium)("a dataset whose type has no array in JavaScript", () => {
  const viewer = useViewer(
    servedFiles((path) =>
      path === "/session.nwb" ? readFileSync(fixture("foreign/session.nwb")) : undefined,
    ),
  );
  const addressOf = (file: string, node: string): string => `#${new URLSearchParams({ file, node })}`;

  it("is shown as texts, by HDF5 that is loaded then", async () => {
    const { page, openFiles, requests } = await viewer.open(addressOf("results.mat", "/cells"));
    expect(requests.filter((url) => /exotic-worker/.test(url))).toEqual([]);
    await openFiles(fixture("foreign/results.mat"));
    const table = page.getByRole("table", { name: "object reference" });
    await table.waitFor();
    expect(await table.getByRole("row").allTextContents()).toEqual([
      "IndexElement",
      "0, 0/#refs#/a",
      "1, 0/#refs#/b",
    ]);
    expect(requests.some((url) => /exotic-worker/.test(url))).toBe(true);
  });

  it("is read from an address by ranges", async () => {
    const open = new URL("/session.nwb", viewer.address).href;
    const { page } = await viewer.open(
      `#${new URLSearchParams({ open, file: "session.nwb", node: "/units/timeseries" })}`,
    );
    await page
      .getByRole("cell", { name: "{idx_start: 0, count: 100, timeseries: /acquisition/ElectricalSeries}" })
      .waitFor();
  });
});
