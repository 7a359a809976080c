import nodeFs from "node:fs";
import { beforeEach, expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager } from "../../src/index.js";
import { hasSecret, readSecret } from "../support/secret.js";

const folder = temporaryFolder();

// A new chunk of which a part is written: the rest of it goes into the file too.
const SCRIPT = `
from h5py import h5d, h5p, h5s, h5t
for libver in ("earliest", "latest"):
    with h5py.File(sys.argv[1] + libver + ".h5", "w", libver=libver) as f:
        for time, name in ((h5d.FILL_TIME_NEVER, "never"), (h5d.FILL_TIME_ALLOC, "alloc"), (h5d.FILL_TIME_IFSET, "ifset")):
            for gzip in (False, True):
                p = h5p.create(h5p.DATASET_CREATE)
                p.set_chunk((5000,))
                p.set_fill_time(time)
                if gzip:
                    p.set_deflate(1)
                path = name + ("-gzip" if gzip else "-plain")
                h5d.create(f.id, path.encode(), h5t.IEEE_F64LE, h5s.create_simple((0,), (h5s.UNLIMITED,)), p)
`;

describeWith(h5py)("a new chunk that is not written wholly", () => {
  beforeEach(readSecret);

  it("has zeros in the rest, and not what was in memory", async () => {
    runPython(SCRIPT, folder("never-"));
    for (const libver of ["earliest", "latest"]) {
      const path = folder(`never-${libver}.h5`);
      const m = new HDF5StorageManager(path);
      for (const { path: name } of await m.listNodes()) {
        await readSecret();
        // Below an axis of 5,000 there is much that was never written.
        await m.appendData([1, 2], name.slice(1));
        expect(hasSecret(nodeFs.readFileSync(path)), `${libver} ${name}`).toBe(false);
      }
      // What lies behind the two elements, also where it is compressed, shows when the dataset grows.
      const grown = `
with h5py.File(sys.argv[1], "r+") as f:
    for n in f: f[n].resize((5000,))
    print(json.dumps([[f[n][:2].tolist(), int(np.count_nonzero(f[n][2:]))] for n in f]))`;
      const found = runPython(grown, path);
      expect(JSON.parse(found)).toEqual(new Array(6).fill([[1, 2], 0]));
    }
  });

  it("of ours is the same", async () => {
    const path = folder("ours.h5");
    const m = new HDF5StorageManager(path);
    for (const compression of [undefined, "gzip"] as const) {
      const options = { chunks: [5000, 3], growDimension: 0, ...(compression && { compression }) };
      await readSecret();
      await m.appendData([[1, 2, 3]], `numbers-${compression}`, options);
      await m.setMetadata({ unit: "mV", list: [1, 2] }, `numbers-${compression}`);
    }
    await m.appendData(["a"], "texts");
    await m.storeData([true, false], "flags");
    await m.removeData("flags");
    expect(hasSecret(nodeFs.readFileSync(path))).toBe(false);
  });
});
