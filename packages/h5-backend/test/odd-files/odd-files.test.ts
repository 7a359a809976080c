import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { NDArray } from "@tvb-storage/core";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager, verify } from "../../src/index.js";

const file = temporaryFolder();
const script = fileURLToPath(new URL("make.py", import.meta.url));

/** Makes a file of `make.py`; what h5py reads from it. */
function make(kind: string): { path: string; read: Record<string, unknown> } {
  const path = file(`${kind}.h5`);
  const printed = execFileSync(h5py.command, [script, kind, path], { encoding: "utf8" });
  return { path, read: JSON.parse(printed) as Record<string, unknown> }; // by make.py
}

describeWith(h5py)("files that h5py reads and does not write", () => {
  it("a committed type that is shared as HDF5 1.4 did it", async () => {
    const { path, read } = make("shared-version-1");
    const m = new HDF5StorageManager(path);
    expect((await m.listNodes()).map((node) => node.path)).toEqual(read.names);
    for (const field of ["a", "b"]) {
      expect([...(await m.getData("inner/data", { field })).data]).toEqual(read[field]);
    }
    await m.setMetadata({ unit: "mV" }, "inner/data");
    await m.removeData("plain");
    await m.removeData("pair");
    expect([...(await m.getData("inner/data", { field: "a" })).data]).toEqual([1, 2, 3]);
    expect(await verify(path)).toEqual([]);
  });

  it.each(["used-by-several", "shorter-than-object", "free-space-between", "free-space-beyond-the-end"])(
    "texts in a global heap: %s",
    async (kind) => {
      const { path, read } = make(kind);
      const m = new HDF5StorageManager(path);
      const { texts } = await m.getMetadata();
      expect((texts as NDArray).data).toEqual(read.attribute);
      expect((await m.getData("texts")).data).toEqual(read.texts);
      expect(await verify(path)).toEqual([]);
    },
  );
});
