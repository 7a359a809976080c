import { bytesOf } from "@tvb-storage/core";
import { expect, it, vi } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { canAsk, describeWith, h5py } from "../../../../test/support/judges.js";
import { H5File } from "../../src/engine/h5-file.js";
import { HDF5StorageManager, verify } from "../../src/index.js";

// Chunks that are too large to be put together in memory.

const folder = temporaryFolder();

it("chunks of 17 MiB that a dataset has several of on two axes are stored", async () => {
  const throughHdf5 = vi.spyOn(H5File.prototype, "write");
  const path = folder("two-axes.h5");
  const m = new HDF5StorageManager(path);
  const shape = [2100, 2210];
  const data = Float64Array.from({ length: 2100 * 2210 }, (_, i) => i);
  const bytes = bytesOf(data);
  await m.storeData({ dtype: "float64", shape, data }, "x", { chunks: [2000, 1105] });
  expect(throughHdf5).not.toHaveBeenCalled();
  const found = await m.getData("x");
  expect(bytesOf(found.data as Float64Array).every((byte, at) => byte === bytes[at])).toBe(true); // of float64
  expect(await verify(path)).toEqual([]);
  if (!canAsk(h5py)) return;
  const read =
    "with h5py.File(sys.argv[1]) as f: print((f['x'][...].ravel() == np.arange(2100 * 2210)).all())";
  expect(runPython(read, path).trim()).toBe("True");
});

describeWith(h5py)("a chunk of 17 MiB with a fill value", () => {
  it.each([[2_200_001], [440_001, 5]])(
    "is filled where the first rows leave it: chunks of %s, %s",
    async (...chunks) => {
      const path = folder(`fill-${chunks.length}.h5`);
      const script =
        "c = tuple(json.loads(sys.argv[2])); " +
        "h5py.File(sys.argv[1], 'w').create_dataset('x', (0,) + c[1:], 'f8', maxshape=(None,) + c[1:], chunks=c, fillvalue=7)";
      runPython(script, path, JSON.stringify(chunks));
      const m = new HDF5StorageManager(path);
      const shape = [3, ...chunks.slice(1)];
      const rows = new Float64Array(3 * (chunks[1] ?? 1)).fill(1);
      await m.appendData({ dtype: "float64", shape, data: rows }, "x", { growDimension: 0 });
      expect((await m.getData("x")).data).toEqual(rows);
      const grown =
        "with h5py.File(sys.argv[1], 'r+') as f: f['x'].resize(f['x'].chunks[0], 0); " +
        "print((f['x'][:3] == 1).all(), (f['x'][3:] == 7).all())";
      expect(runPython(grown, path).trim()).toBe("True True");
      expect(await verify(path)).toEqual([]);
    },
  );
});
