import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { temporaryFolder } from "../../../../test/support/h5py.js";
import { h5py, itWith } from "../../../../test/support/judges.js";
import { HDF5StorageManager, verify } from "../../src/index.js";

const script = fileURLToPath(new URL("limits.py", import.meta.url));
const folder = temporaryFolder();
const MIB = 2 ** 20;

itWith(h5py)(
  "a chunk of 1 GiB is read, and one that inflates to 2 GiB is refused in little memory",
  async () => {
    execFileSync(h5py.command, [script, folder(), "large"]);
    const before = process.memoryUsage().rss;
    for (const [name, refusal] of [
      ["too-long.h5", "its shape needs 1000"],
      ["bomb.h5", "inflates to more than"],
    ] as const) {
      await expect(new HDF5StorageManager(folder(name)).getData("x")).rejects.toThrow(refusal);
      expect(await verify(folder(name))).toMatchObject([{ path: "/x", kind: "damage" }]);
    }
    expect((process.memoryUsage().rss - before) / MIB).toBeLessThan(200);

    const m = new HDF5StorageManager(folder("large.h5"));
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 5);
    const { data } = await m.getData("x", { selection: [1023] });
    expect(data).toEqual(new Float64Array(2 ** 17));
    expect((await m.getData("x")).data.length).toBe(2 ** 27);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(20);
  },
);
