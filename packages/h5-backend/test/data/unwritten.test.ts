import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager } from "../../src/index.js";
import { readSecret } from "../support/secret.js";

const script = fileURLToPath(new URL("unwritten.py", import.meta.url));
const folder = temporaryFolder();
describeWith(h5py).each([["earliest"], ["latest"]])(
  "space of which nothing was stored, libver=%s",
  (libver) => {
    it("is read as h5py reads it: the fill value, or zeros where it is never written", async () => {
      const path = folder(`${libver}.h5`);
      const output = execFileSync(h5py.command, [script, path, libver], { encoding: "utf8" });
      const expected: Record<string, (number | string)[]> = JSON.parse(output);
      expect(Object.keys(expected).length).toBeGreaterThan(200);
      const m = new HDF5StorageManager(path);
      const found: Record<string, unknown[]> = {};
      for (const [index, name] of Object.keys(expected).entries()) {
        if (index % 16 === 0) await readSecret();
        if (!name.includes("pair")) found[name] = [...(await m.getData(name)).data];
        else {
          const [a, b] = [await m.getData(name, { field: "a" }), await m.getData(name, { field: "b" })];
          found[name] = Array.from({ length: a.data.length }, (_, i) => [a.data[i], b.data[i]]).flat();
        }
      }
      expect(found).toEqual(expected);
    });
  },
);
