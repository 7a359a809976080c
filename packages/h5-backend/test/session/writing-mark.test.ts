import nodeFs from "node:fs";
import { expect } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { h5py, itWith } from "../../../../test/support/judges.js";
import { HDF5StorageManager } from "../../src/index.js";

const folder = temporaryFolder();

itWith(h5py)("a file of version 3 is not left marked as open, whatever its session did last", async () => {
  const path = folder("mark.h5");
  const create = `
with h5py.File(sys.argv[1], "w", libver="latest") as f:
    f.create_dataset("rows", data=np.arange(10.), maxshape=(None,), chunks=(64,))
    f.create_dataset("packed", data=np.arange(10.), chunks=(4,), compression="gzip")
    f.attrs["TVB_n"] = 1.0
`;
  runPython(create, path);
  const manager = new HDF5StorageManager(path);
  // An edit of ours, after which only a read opens the file in HDF5, for writing as the session is.
  await manager.removeMetadata("n");
  await manager.appendData(new Float64Array(0), "rows", { closeFile: false });
  expect((await manager.getData("packed", { closeFile: false })).data).toHaveLength(10);
  await manager.closeFile();
  // Version, and File Consistency Flags.
  const head = nodeFs.readFileSync(path).subarray(8, 12);
  expect([head[0], head[3]]).toEqual([3, 0]);
  expect(runPython("print(list(h5py.File(sys.argv[1])))", path)).toBe("['packed', 'rows']\n");
});
