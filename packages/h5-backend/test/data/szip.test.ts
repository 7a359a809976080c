import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager, verify } from "../../src/index.js";
import { readSecret } from "../support/secret.js";

const script = fileURLToPath(new URL("szip.py", import.meta.url));
const folder = temporaryFolder();

/** The SHA-256 of what h5py reads of each dataset, little-endian. */
const DIGESTS = `
import hashlib
with h5py.File(sys.argv[1]) as f:
    found = {n: np.ascontiguousarray(f[n][...].astype(f[n].dtype.newbyteorder("<"))) for n in f}
print(json.dumps({n: hashlib.sha256(a.tobytes()).hexdigest() for n, a in found.items()}))`;

const digestOf = async (data: ArrayLike<unknown>): Promise<string> => {
  if (!ArrayBuffer.isView(data)) throw new Error("numbers are expected");
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  return Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
};

describeWith(h5py)("chunks behind szip", () => {
  it("are read as h5py reads them, whatever their width and content", async () => {
    const path = folder("whole.h5");
    execFileSync(h5py.command, [script, path, "whole"]);
    const expected: Record<string, string> = JSON.parse(runPython(DIGESTS, path));
    expect(Object.keys(expected).length).toBeGreaterThan(400);
    const m = new HDF5StorageManager(path);
    const found: Record<string, string> = {};
    for (const name of Object.keys(expected)) found[name] = await digestOf((await m.getData(name)).data);
    expect(found).toEqual(expected);
    expect(await verify(path)).toEqual([]);
  });

  it("are refused where the stream ends early, before HDF5 shows what was in its memory", async () => {
    const path = folder("short.h5");
    execFileSync(h5py.command, [script, path, "short"]);
    await readSecret();
    const m = new HDF5StorageManager(path);
    const names = (await m.listNodes()).map(({ path: at }) => at);
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) {
      await expect(m.getData(name)).rejects.toThrow(/the chunk at \[1000\] \(szip\) .*(ends|too short)/);
    }
    const found = await verify(path);
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(["damage"]));
    expect(found.map(({ path: at }) => at).sort()).toEqual([...names].sort());
  });

  it("that say another length than their shape are refused, others are appended to", async () => {
    const path = folder("szip.h5");
    const lengths = `
with h5py.File(sys.argv[1], "w") as f:
    for name, chunk in (("fine", None), ("short", b"\\x10\\0\\0\\0abcdefgh"), ("none", b"ab")):
        d = f.create_dataset(name, (60,), "<i4", chunks=(40,), maxshape=(None,), compression="szip", shuffle=True)
        d[:] = np.arange(60)
        if chunk is not None:
            d.id.write_direct_chunk((40,), chunk)
`;
    runPython(lengths, path);
    await readSecret();
    const m = new HDF5StorageManager(path);
    for (const name of ["short", "none"]) {
      await expect(m.getData(name)).rejects.toThrow(/the chunk at \[40\] /);
      await expect(m.appendData([1], name)).rejects.toThrow(/the chunk at \[40\] /);
    }
    await m.appendData([60, 61], "fine");
    const { data } = await m.getData("fine");
    expect(data).toEqual(Int32Array.from({ length: 62 }, (_, i) => i));
    expect(runPython(`print(h5py.File(sys.argv[1])["fine"][...].tolist())`, path).trim()).toBe(
      `[${data.join(", ")}]`,
    );
    expect((await verify(path)).map(({ path: at, kind }) => [at, kind])).toEqual(
      ["/short", "/none"].map((name) => [name, "damage"]),
    );
  });
});
