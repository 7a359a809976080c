import { execFileSync } from "node:child_process";
import nodeFs from "node:fs";
import { fileURLToPath } from "node:url";
import { slice } from "@tvb-storage/core";
import { beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { compact, HDF5StorageManager, verify } from "../../src/index.js";
import { hasSecret, readSecret } from "../support/secret.js";

const script = fileURLToPath(new URL("bad-chunks.py", import.meta.url));
const folder = temporaryFolder();
const ELEMENTS = 1 << 14;
const sound = Float64Array.from({ length: ELEMENTS }, (_, i) => i);

describeWith(h5py)("a chunk that is not as long as its shape", () => {
  let names: string[] = [];
  beforeAll(() => {
    names = JSON.parse(execFileSync(h5py.command, [script, folder("")], { encoding: "utf8" }));
  });

  it("is an exception that names dataset and chunk, and no memory", async () => {
    expect(names).toHaveLength(31);
    for (const name of names) {
      await readSecret();
      const m = new HDF5StorageManager(folder(name));
      const whole = m.getData("x");
      await expect(whole, name).rejects.toMatchObject({ code: "FILE_STORAGE" });
      await expect(whole, name).rejects.toThrow(/: \/x is damaged: the chunk at \[16384\] /);
      await expect(m.getData("x", { selection: [ELEMENTS + 5] }), name).rejects.toThrow(
        "the chunk at [16384]",
      );
      await expect(m.streamData("x", { selection: [slice(ELEMENTS, null)] }).next(), name).rejects.toThrow(
        "the chunk at [16384]",
      );
    }
  });

  it("leaves the other chunks readable", async () => {
    for (const name of names) {
      const { data } = await new HDF5StorageManager(folder(name)).getData("x", {
        selection: [slice(0, ELEMENTS)],
      });
      expect(data, name).toEqual(sound);
    }
  });

  it("is damage for verify", async () => {
    for (const name of names) {
      expect(await verify(folder(name)), name).toMatchObject([
        { path: "/x", kind: "damage", problem: expect.stringMatching(/the chunk at \[16384\]/) },
      ]);
    }
  });

  it("is not copied by compact", async () => {
    for (const name of names) {
      const before = nodeFs.readFileSync(folder(name));
      await readSecret();
      await expect(compact(folder(name)), name).rejects.toMatchObject({ code: "FILE_STORAGE" });
      expect(nodeFs.readFileSync(folder(name)).equals(before), name).toBe(true);
    }
  });

  it("is not written to, so that no memory gets into the file", async () => {
    for (const name of names) {
      const before = nodeFs.readFileSync(folder(name));
      await readSecret();
      const m = new HDF5StorageManager(folder(name));
      const appended = m.appendData([1, 2, 3], "x");
      await expect(appended, name).rejects.toThrow(/the chunk at \[16384\]|the filter lzf/);
      // HDF5 reads it also where all of it is overwritten: it reaches beyond the dataset.
      const throughHdf5 = new HDF5StorageManager(folder(name), { engine: "h5wasm" });
      const stored = throughHdf5.storeData(new Float64Array(2 * ELEMENTS - 10), "x");
      await expect(stored, name).rejects.toThrow(/the chunk at \[16384\]|the filter lzf/);
      const after = nodeFs.readFileSync(folder(name));
      expect(after.equals(before), name).toBe(true);
      expect(hasSecret(after), name).toBe(false);
    }
  });

  it("is sound after all of it was overwritten", async () => {
    let overwritten = 0;
    for (const name of names) {
      await readSecret();
      const data = new Float64Array(2 * ELEMENTS - 10).fill(5);
      const m = new HDF5StorageManager(folder(name));
      const stored = await m.storeData(data, "x").then(
        () => true,
        (error: unknown) => expect(String(error), name).toMatch(/the filter lzf|the chunk at/),
      );
      if (stored !== true) continue;
      overwritten += 1;
      expect((await m.getData("x")).data, name).toEqual(data);
      expect(await verify(folder(name)), name).toEqual([]);
      expect(hasSecret(nodeFs.readFileSync(folder(name))), name).toBe(false);
    }
    expect(overwritten).toBeGreaterThan(0);
  });
});
