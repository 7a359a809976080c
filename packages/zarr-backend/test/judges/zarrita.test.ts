import nodeFs from "node:fs/promises";
import { describe, expect, it } from "vitest";
import * as zarr from "zarrita";
import { temporaryFolder } from "../../../../test/support/temporary-folder.ts";
import { ZarrStorageManager } from "../../src/index.ts";
import { EVERY_TYPE, storeEveryType } from "./every-type.ts";

const folder = temporaryFolder("zarrita");

/** The files of a folder, as a store of zarrita. */
const filesOf = (path: string): zarr.AsyncReadable => ({
  get: (key) =>
    nodeFs.readFile(`${path}${key}`).then(
      (bytes) => new Uint8Array(bytes),
      () => undefined,
    ),
});

describe.each([2, 3] as const)("zarrita reads what is written in version %i", (format) => {
  it("numbers, booleans and texts, by consolidated metadata and without", async () => {
    const path = folder(`written-${format}.zarr`);
    const m = new ZarrStorageManager(path, { format });
    await storeEveryType(m);
    await m.closeFile();
    const store = filesOf(path);
    for (const opened of [store, await zarr.withConsolidatedMetadata(store)]) {
      const root = await zarr.open(opened, { kind: "group" });
      for (const { dtype, shape, data } of EVERY_TYPE) {
        // It has no complex numbers.
        if (dtype.startsWith("complex")) continue;
        const read = await zarr.get(await zarr.open(root.resolve(`types/${dtype}`), { kind: "array" }));
        const elements = Array.from(read.data as Iterable<unknown>, (each) =>
          dtype === "bool" ? Number(each) : each,
        );
        expect({ dtype, shape: read.shape, elements }).toEqual({ dtype, shape, elements: [...data] });
      }
      const grown = await zarr.get(await zarr.open(root.resolve("grown"), { kind: "array" }));
      expect([grown.shape, [...(grown.data as Int16Array)]]).toEqual([
        [2, 3],
        [0, 10, 20, 1, 11, 21],
      ]); // prettier-ignore
      const chunked = await zarr.open(root.resolve("chunked"), { kind: "array" });
      const row = await zarr.get(chunked, [9, null]);
      expect([...(row.data as Float64Array)]).toEqual([27, 27.5, 28, 28.5, 29, 29.5]);
      expect(chunked.attrs).toMatchObject({ text: "Größe", whole: 3, real: 0.5, flags: [true, false] });
      expect(chunked.dimensionNames).toEqual(["chunked_dim0", "chunked_dim1"]);
    }
  });
});
