import { execFileSync } from "node:child_process";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { copyStorage } from "@tvb-storage/storage";
import { ZarrStorageManager } from "@tvb-storage/zarr-backend";
import { describe, expect } from "vitest";
import { h5diff, itWith } from "../support/judges.js";
import { temporaryFolder } from "../support/temporary-folder.js";

// From HDF5 to Zarr and back: h5diff compares what comes out with what went in.

const folder = temporaryFolder("zarr-copies");

describe.each([2, 3] as const)("a copy through Zarr version %i", (format) => {
  itWith(h5diff)(
    "is the same to h5diff, in values, types and attributes, and has the same chunks and filters",
    async () => {
      const [before, after] = [folder(`before-${format}.h5`), folder(`after-${format}.h5`)];
      const source = new HDF5StorageManager(before);
      const series = new Float64Array(7600).map((_, i) => Math.sin(i));
      await source.appendData({ dtype: "float64", shape: [100, 1, 76, 1], data: series }, "data", {
        growDimension: 0,
        compression: { gzip: 4, shuffle: true },
      });
      await source.storeData(BigInt64Array.of(2n ** 62n, -1n), "ids", { chunks: [1] });
      await source.storeData(["a", "ß"], "labels", { where: "/texts" });
      await source.storeData(["ab", "c"], "fixed", { where: "/texts", stringLength: 4 });
      await source.storeData({ dtype: "complex128", shape: [1], data: Float64Array.of(1, -2) }, "c");
      await source.storeData([true, false], "flags");
      await source.setMetadata(
        {
          whole: 1,
          real: 2.5,
          large: 2n ** 62n,
          largest: 2n ** 64n - 1n,
          when: new Date(0),
          yes: true,
          none: null,
          list: [1, 2],
          typed: Float32Array.of(1, Number.NaN),
          small: Int8Array.of(-1),
        },
        "data",
      );
      await source.closeFile();
      const zarr = new ZarrStorageManager(folder(`copy-${format}.zarr`), { format });
      const target = new HDF5StorageManager(after);
      for (const [from, to] of [
        [source, zarr],
        [zarr, target],
      ] as const) {
        // prettier-ignore
        const { problems } = await copyStorage(from, to);
        expect(problems).toEqual([]);
        await to.closeFile();
      }
      // It exits with 1, and says what, where something differs.
      execFileSync(h5diff.command, [before, after], { encoding: "utf8" });
      const chunked = async (m: HDF5StorageManager) =>
        (await m.listNodes())
          .filter(({ path }) => path === "/data" || path === "/ids")
          .map(({ path, chunks, filters, maxShape }) => ({ path, chunks, filters, maxShape }));
      expect(await chunked(target)).toEqual(await chunked(source));
    },
  );
});
