import { expect, it } from "vitest";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager, verify } from "../../src/index.js";
import { runPython, temporaryFolder } from "../support/h5py.js";
import { readSecret } from "../support/secret.js";

const place = temporaryFolder();

describeWith(h5py)("a chunk behind szip", () => {
  it("is read and appended to, and one that says another length than its shape is refused", async () => {
    const path = place("szip.h5");
    const script = `
with h5py.File(sys.argv[1], "w") as f:
    for name, chunk in (("fine", None), ("short", b"\\x10\\0\\0\\0abcdefgh"), ("none", b"ab")):
        d = f.create_dataset(name, (60,), "<i4", chunks=(40,), maxshape=(None,), compression="szip", shuffle=True)
        d[:] = np.arange(60)
        if chunk is not None:
            d.id.write_direct_chunk((40,), chunk)
`;
    runPython(script, path);
    await readSecret();
    const m = new HDF5StorageManager(path);
    for (const name of ["short", "none"]) {
      await expect(m.getData(name)).rejects.toThrow(/the chunk at \[40\] .* its shape needs 160/);
      await expect(m.appendData([1], name)).rejects.toThrow(/the chunk at \[40\] .* its shape needs 160/);
    }
    await m.appendData([60, 61], "fine");
    const { data } = await m.getData("fine");
    expect(data).toEqual(Int32Array.from({ length: 62 }, (_, i) => i));
    expect((await verify(path)).map(({ path: at, kind }) => [at, kind])).toEqual(
      ["/short", "/none", "/fine"].map((name) => [name, "unjudged"]),
    );
  });
});
