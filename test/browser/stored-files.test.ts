import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { useChromium } from "../support/chromium.js";
import { runPython, temporaryFolder } from "../support/h5py.js";
import { chromium, describeWith, h5py } from "../support/judges.js";
import { MAX_STALL_MS, WATCHED, type Watched } from "./watched.js";

// Files that a browser stores, in memory and in its origin-private file system, and what h5py reads of them.

/** Makes a file in memory: gzip by code of these packages, since a browser's own has no levels. */
const STORE = `
import { memoryFileSystem } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";

async function stored(count) {
  const fs = memoryFileSystem();
  const file = new HDF5StorageManager("/new.h5", { fs });
  const series = Float64Array.from({ length: count }, (_, index) => index % 1000);
  await file.storeData(series, "series", { compression: { gzip: 6, shuffle: true } });
  await file.storeData([["a", "ä"]], "labels");
  await file.setMetadata({ regions: 76, symmetric: true }, "series");
  await file.closeFile();
  return fs.fileBytes("/new.h5");
}
`;

const WORKER = `${STORE}
import { open, syncAccessFile, verify } from "@tvb-storage/hdf5";

delete globalThis.WebAssembly;
onmessage = async ({ data: count }) => {
  const root = await navigator.storage.getDirectory();
  const entry = await root.getFileHandle("new.h5", { create: true });
  const handle = await entry.createSyncAccessHandle();
  try {
    handle.truncate(0);
    handle.write(await stored(count));
    handle.flush();
    const port = syncAccessFile(handle);
    const file = await open(port);
    const { data } = await file.read("/series", { selection: [-1] });
    const manager = new HDF5StorageManager("new.h5", { port });
    postMessage({
      paths: (await file.list()).map(({ path }) => path),
      last: data[0],
      problems: await verify(port),
      metadata: await manager.getMetadata("series"),
      labels: [...(await manager.getData("labels")).data],
    });
  } catch (error) {
    postMessage(String(error));
  } finally {
    handle.close();
  }
};
`;

const PAGE = `${STORE}${WATCHED}
import { blobFile, open } from "@tvb-storage/hdf5";

globalThis.inWorker = (count) => new Promise((resolve, reject) => {
  const worker = new Worker("/worker.js", { type: "module" });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = reject;
  worker.postMessage(count);
});
/** What the worker has stored, read here. */
globalThis.privateFile = async () => {
  const root = await navigator.storage.getDirectory();
  return (await root.getFileHandle("new.h5")).getFile();
};
globalThis.sum = async (blob) => {
  const { data } = await (await open(blobFile(blob))).read("/series");
  return data.reduce((left, right) => left + right, 0);
};
globalThis.storedHere = () => watched(async () => {
  globalThis.here = new Blob([await stored(2_000_000)]);
  return sum(here);
});
/** Bytes as a text. */
globalThis.text = (blob) => new Promise((resolve) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.split(",")[1]);
  reader.readAsDataURL(blob);
});
`;

const READ = `
with h5py.File(sys.argv[1]) as f:
    series = f["series"]
    print(series.shape, series.compression, series.compression_opts, series.shuffle, series[:].sum())
    print(f["labels"].asstr()[:].tolist(), dict(series.attrs))
`;

describeWith(chromium, h5py)("a browser stores HDF5 without WebAssembly", () => {
  const folder = temporaryFolder("stored-files");
  const browser = useChromium();
  const byH5py = (base64: unknown): string => {
    writeFileSync(folder("from-browser.h5"), Buffer.from(String(base64), "base64"));
    return runPython(READ, folder("from-browser.h5"));
  };
  const facts = (count: number, sum: number): string =>
    `(${count},) gzip 6 True ${sum}.0\n[['a', 'ä']] {'TVB_regions': 76, 'TVB_symmetric': 'bool:True'}\n`;

  it("in the origin-private file system, in a worker, where it is read too", async () => {
    const { page, scripts } = await browser.open({ main: PAGE, worker: WORKER });
    expect(await page.evaluate("inWorker(100_000)")).toEqual({
      paths: ["/labels", "/series"],
      last: 999,
      problems: [],
      metadata: { regions: 76, symmetric: true },
      labels: ["a", "ä"],
    });
    expect(await page.evaluate("privateFile().then(sum)")).toBe(49_950_000);
    expect(byH5py(await page.evaluate("privateFile().then(text)"))).toBe(facts(100_000, 49_950_000));
    // Both were loaded, and what they have in common; not HDF5.
    expect(scripts).toEqual(expect.arrayContaining(["/main.js", "/worker.js"]));
  });

  it("in a page, gzip too", async ({ annotate }) => {
    const { page } = await browser.open({ main: PAGE, worker: WORKER });
    const { result, stall } = (await page.evaluate("storedHere()")) as Watched; // by the program above
    expect(result).toBe(999_000_000);
    expect(stall).toBeLessThan(MAX_STALL_MS);
    await annotate(`longest stall: ${stall.toFixed(0)} ms`);
    expect(byH5py(await page.evaluate("text(here)"))).toBe(facts(2_000_000, 999_000_000));
  });
});
