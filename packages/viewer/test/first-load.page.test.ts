import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { chromium, describeWith } from "../../../test/support/judges.js";
import { useViewer } from "./support/viewer.js";

const fixture = fileURLToPath(new URL("../../../fixtures/h5py/numbers.h5", import.meta.url));
const dist = fileURLToPath(new URL("../dist", import.meta.url));

/** Texts that are in a library as it is built, and in nothing else of the page. */
const LIBRARIES: Readonly<Record<string, string>> = {
  three: "WebGLRenderer",
  h5web: "h5w-",
  zod: "invalid_type",
  zarr: "consolidated_metadata",
  WebAssembly: "AGFzbQ", // its magic number in base64
  zip: "End of central directory not found",
};

/** What was loaded of the page: files by their path in it. */
function loadedFiles(address: string, requests: readonly string[]): Map<string, Buffer> {
  const files = requests.map(
    (request) => request.replace(/[?#].*/, "").slice(address.length) || "index.html",
  );
  return new Map(files.map((file) => [file, readFileSync(`${dist}/${file}`)]));
}

function gzipBytes(files: ReadonlyMap<string, Buffer>): number {
  return [...files.values()].reduce((sum, file) => sum + gzipSync(file).length, 0);
}

function librariesIn(files: ReadonlyMap<string, Buffer>): string[] {
  const scripts = [...files].filter(([name]) => name.endsWith(".js")).map(([, file]) => file.toString());
  return Object.keys(LIBRARIES).filter((name) =>
    scripts.some((script) => script.includes(LIBRARIES[name] ?? name)),
  );
}

it("knows the libraries of the page by texts that are in it", () => {
  const files = readdirSync(`${dist}/assets`).map(
    (name) => [name, readFileSync(`${dist}/assets/${name}`)] as const,
  );
  expect(librariesIn(new Map(files))).toEqual(Object.keys(LIBRARIES));
});

describeWith(chromium)("what the page loads", () => {
  const viewer = useViewer();

  it("at first is less than 110 KB, without libraries of plots, and at the first HDF5 file its reader", async () => {
    const { page, requests, openFiles } = await viewer.open();
    await page.getByLabel("Open files").waitFor({ state: "attached" });
    const first = loadedFiles(viewer.address, requests);
    expect(librariesIn(first)).toEqual([]);
    expect(gzipBytes(first)).toBeLessThan(110_000);

    const before = requests.length;
    await openFiles(fixture);
    await page.getByRole("tab", { name: "Contents" }).waitFor();
    await page.waitForLoadState("networkidle");
    const tree = loadedFiles(viewer.address, requests.slice(before));
    expect(librariesIn(tree)).toEqual([]);
    expect(gzipBytes(tree)).toBeLessThan(80_000);

    await page.getByRole("tab", { name: "Plots" }).click();
    await page.locator(".general-plots").waitFor();
    const all = loadedFiles(viewer.address, requests);
    expect(librariesIn(all)).toEqual(["three", "h5web"]);
  });
});
