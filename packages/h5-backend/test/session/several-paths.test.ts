import { expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager } from "../../src/index.js";

const folder = temporaryFolder();

const SCRIPT = `
with h5py.File(sys.argv[1], "w") as f:
    f.create_dataset("g/rows", data=[[0.0], [1]], maxshape=(None, None), chunks=(3, 1))
    f["hard"] = f["g/rows"]
    f["soft"] = h5py.SoftLink("/g/rows")
    f["group"] = h5py.SoftLink("/g")
`;

describeWith(h5py)("a dataset with several paths", () => {
  it.each(["own", "h5wasm"] as const)(
    "gets all rows that are appended by any of them, engine %s",
    async (engine) => {
      const path = folder(`${engine}.h5`);
      runPython(SCRIPT, path);
      const m = new HDF5StorageManager(path, engine === "own" ? {} : { engine });
      const paths = ["g/rows", "hard", "g/rows", "soft", "group/rows"];
      const open = { growDimension: 0, closeFile: false };
      for (const [index, each] of paths.entries()) await m.appendData([[index + 2]], each, open);
      await m.appendData([[0], [1], [2], [3], [4], [5], [6]], "soft", { growDimension: 1, closeFile: false });
      await m.appendData([[7, 7]], "hard", open);
      expect(await m.getDataShape("g/rows")).toEqual([8, 2]);
      await m.closeFile();
      const rows = [0, 1, 2, 3, 4, 5, 6];
      expect(await m.getData("g/rows")).toMatchObject({
        data: Float64Array.of(...rows.flatMap((row) => [row, row]), 7, 7),
      });
    },
  );
});
