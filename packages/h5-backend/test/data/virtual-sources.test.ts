import { memoryFileSystem } from "@tvb-storage/files";
import { expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager } from "../../src/index.js";
import { readSecret, SECRET, showsSecret } from "../support/secret.js";

const folder = temporaryFolder();

// A source whose chunk is shorter than its shape, which HDF5 alone decodes.
const SCRIPT = `
import os, zlib
os.chdir(sys.argv[1])
def short(f):
    d = f.create_dataset("x", (1 << 17,), "f8", chunks=(1 << 17,), compression="gzip")
    d.id.write_direct_chunk((0,), zlib.compress(b"abc"))
def virtual(f, source):
    layout = h5py.VirtualLayout((1 << 17,), "f8")
    layout[:] = h5py.VirtualSource(source, "x", (1 << 17,))
    f.create_virtual_dataset("v", layout)
with h5py.File("source.h5", "w") as f:
    short(f)
    f["sound"] = np.arange(5)
with h5py.File("other.h5", "w", libver="latest") as f:
    virtual(f, "source.h5")
with h5py.File("self.h5", "w", libver="latest") as f:
    short(f)
    virtual(f, ".")
`;

/** Leaves the secret in HDF5's memory, as chunks of the length that is read here. */
async function fillMemory(): Promise<void> {
  await readSecret();
  const m = new HDF5StorageManager("/large.h5", { fs: memoryFileSystem() });
  const data = new Uint32Array(1 << 18).fill(SECRET);
  for (const name of ["a", "b", "c"])
    await m.storeData(data, name, { compression: "gzip", chunks: [1 << 18] });
}

describeWith(h5py)("a virtual dataset with a damaged source", () => {
  it("shows nothing of other files, and costs no file that is being changed", async () => {
    runPython(SCRIPT, folder(""));
    for (const name of ["other.h5", "self.h5"]) {
      const m = new HDF5StorageManager(folder(name), { externalContent: "follow" });
      for (let time = 0; time < 2; time++) {
        await fillMemory();
        expect(showsSecret((await m.getData("v", { closeFile: false })).data), name).toBe(false);
      }
      const open = new HDF5StorageManager("/open.h5", { fs: memoryFileSystem() });
      await open.appendData([1, 2], "rows", { closeFile: false });
      await m.getData("v");
      await open.appendData([3], "rows");
      expect((await open.getData("rows")).data).toEqual(Float64Array.of(1, 2, 3));
    }
  });
});
