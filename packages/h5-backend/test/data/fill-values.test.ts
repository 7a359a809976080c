import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager, verify } from "../../src/index.js";
import { readSecret } from "../support/secret.js";

const script = fileURLToPath(new URL("fill-values.py", import.meta.url));
const folder = temporaryFolder();

type Values = (number | boolean | string)[];

describeWith(h5py).each([
  ["of every type", "earliest"],
  ["of every type, in a new file", "latest"],
  ["that are marked as undefined", "undefined"],
])("fill values %s", (_, kind) => {
  it("are read as h5py reads them where nothing is stored", async () => {
    const path = folder(`${kind}.h5`);
    const output = execFileSync(h5py.command, [script, path, kind], { encoding: "utf8" });
    const expected: Record<string, Values> = JSON.parse(output);
    expect(Object.keys(expected).length).toBeGreaterThanOrEqual(18);
    await readSecret();
    const m = new HDF5StorageManager(path);
    const read = async (name: string, field?: string): Promise<unknown[]> => {
      const { data, dtype } = await m.getData(name, field === undefined ? {} : { field });
      const values: ArrayLike<number | bigint | string> = data;
      return Array.from(values, (value) =>
        dtype === "bool" ? value === 1 : typeof value === "bigint" ? Number(value) : value,
      );
    };
    const found: Record<string, unknown[]> = {};
    for (const name of Object.keys(expected)) {
      if (!name.includes("pair")) found[name] = await read(name);
      else {
        const b = await read(name, "b");
        found[name] = (await read(name, "a")).map((a, i) => [a, b[i]]);
      }
    }
    expect(found).toEqual(expected);
    expect(await verify(path)).toEqual([]);
  });
});
