import { execFileSync } from "node:child_process";
import nodeFs from "node:fs";
import { fileURLToPath } from "node:url";
import { createMemoryFs, type MemoryFileSystem } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5diff, h5dump, h5py, h5stat } from "../../../../test/support/judges.js";
import { compact, HDF5StorageManager, verify } from "../../src/index.js";
import { expectAsSmallAsFresh, storeSamples } from "./compact-cycles.js";
import { compactWithFaults } from "./compact-faults.js";

const temporary = temporaryFolder();

function script(name: string, ...args: readonly string[]): string {
  const path = fileURLToPath(new URL(name, import.meta.url));
  return execFileSync(h5py.command, [path, ...args], { encoding: "utf8" });
}

/** A file with a hole in it, and its bytes. */
async function fileWithHole(fs: MemoryFileSystem, path: string): Promise<Uint8Array> {
  const m = new HDF5StorageManager(path, { fs });
  await m.storeData(new Float64Array(20000), "hole");
  await storeSamples(m);
  await m.removeData("hole");
  return Uint8Array.from(fs.readFileSync(path) as Buffer);
}

describe("a compacted file", () => {
  it("is as small as a fresh one with the same content, after 100 datasets came and went", async () => {
    await expectAsSmallAsFresh(100);
  });

  it("stays where it is when a copy would not be smaller", async () => {
    const fs = createMemoryFs();
    await fileWithHole(fs, "/a.h5");
    const { after } = await compact("/a.h5", { fs });
    const { ino } = fs.statSync("/a.h5");
    expect(await compact("/a.h5", { fs })).toEqual({ before: after, after });
    expect(fs.statSync("/a.h5").ino).toBe(ino);
  });

  it("has the rows that were appended and not committed yet, and takes more from the same manager", async () => {
    const fs = createMemoryFs();
    await fileWithHole(fs, "/a.h5");
    const m = new HDF5StorageManager("/a.h5", { fs });
    await m.appendData([[3, 4]], "group/rows", { growDimension: 0, closeFile: false });
    await compact("/a.h5", { fs });
    await m.appendData([[5, 6]], "group/rows", { growDimension: 0 });
    expect((await m.getData("group/rows")).data).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6));
  });

  it("has the mode of the file", async () => {
    const path = temporary("mode.h5");
    const m = new HDF5StorageManager(path, { fileMode: 0o640 });
    await m.storeData(new Float64Array(20000), "hole");
    await m.storeData([1], "x");
    await m.storeData([1], "y");
    await m.removeData("hole");
    const { before, after } = await compact(path);
    expect(after).toBeLessThan(before);
    expect(nodeFs.statSync(path).mode & 0o7777).toBe(0o640);
  });
});

describe("compacting", () => {
  it("reports its progress in bytes, each copied and compared", async () => {
    const fs = createMemoryFs();
    await fileWithHole(fs, "/a.h5");
    const calls: [number, number][] = [];
    await compact("/a.h5", { fs, onProgress: (done, total) => calls.push([done, total]) });
    // 2 flags, 2 texts of 16 bytes in the file, 2 of 8, 3,000 and 2 numbers
    const total = 2 * (2 + 32 + 16 + 24000 + 16);
    expect(calls.at(-1)).toEqual([total, total]);
    expect(calls.map(([done]) => done)).toEqual(calls.map(([done]) => done).sort((a, b) => a - b));
  });

  it("leaves the file and nothing else when it is cancelled, before or on the way", async () => {
    const fs = createMemoryFs();
    const before = await fileWithHole(fs, "/a.h5");
    await expect(compact("/a.h5", { fs, signal: AbortSignal.abort() })).rejects.toThrow(/cancelled/);
    const controller = new AbortController();
    const onProgress = (done: number) => {
      if (done > 20000) controller.abort();
    };
    const compacted = compact("/a.h5", { fs, signal: controller.signal, onProgress });
    await expect(compacted).rejects.toMatchObject({ code: "FILE_STORAGE" });
    expect(fs.readFileSync("/a.h5")).toEqual(Buffer.from(before));
    expect(fs.readdirSync("/")).toEqual(["a.h5"]);
  });

  it("lets others run between blocks", async () => {
    const fs = createMemoryFs();
    const m = new HDF5StorageManager("/a.h5", { fs });
    await m.storeData(new Float64Array(4_000_000), "large");
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await compact("/a.h5", { fs });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(8);
  });

  it("refuses a file that is missing or no HDF5, and one with other names on the disk", async () => {
    const fs = createMemoryFs({ "/text.h5": "no HDF5 at all" });
    await expect(compact("/none.h5", { fs })).rejects.toMatchObject({ code: "FILE_STRUCTURE" });
    await expect(compact("/text.h5", { fs })).rejects.toMatchObject({ code: "FILE_STRUCTURE" });
    expect(fs.readdirSync("/")).toEqual(["text.h5"]);
    const path = temporary("linked.h5");
    await new HDF5StorageManager(path).storeData([1], "x");
    nodeFs.linkSync(path, `${path}.other`);
    await expect(compact(path)).rejects.toThrow(/2 names \(hard links\)/);
    expect(nodeFs.existsSync(`${path}.partial`)).toBe(false);
  });

  it("leaves the old file or the new one wherever the process stops", async () => {
    const outcomes = await compactWithFaults({ action: "stop", effects: ["none"], powerLoss: ["all"] });
    expect(outcomes.old).toBeGreaterThan(8);
    expect(outcomes.compacted).toBeGreaterThan(0);
  });
});

describeWith(
  h5py,
  h5diff,
  h5dump,
  h5stat,
)("for h5py", () => {
  it.each([
    ["earliest", "v110"],
    ["v108", "v110"],
    ["v110", "v110"],
  ])(
    "a file that it wrote (libver %s) has the same content, to the last attribute, and goes on",
    async (...libver) => {
      const old = temporary(`old-${libver[0]}.h5`);
      const path = temporary(`new-${libver[0]}.h5`);
      script("compact-file.py", old, ...libver);
      nodeFs.copyFileSync(old, path);
      const { before, after } = await compact(path);
      expect(after).toBeLessThan(before / 2);
      expect(await verify(path)).toEqual([]);
      expect(JSON.parse(script("compact.py", old, path))).toEqual([]);
    },
  );
});
