import nodeFs, { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { createFsFromVolume, Volume } from "memfs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWith, linux } from "../../../test/support/judges.js";
import { fileTime } from "../src/file-time.js";
import { holdFolder } from "../src/held-folder.js";
import { folderEntries, pathStats } from "../src/path-stats.js";
import { systemPath } from "../src/system-path.js";

const NAMES = ["caf\udce9", "caf\udce8", "\ufffd", "\udcff\udcfe", "z☃\udce2\udc98", "\ufeffa", "plain", "é"];

describe("systemPath", () => {
  it("returns text unchanged, and bytes where it has escaped bytes", () => {
    expect(systemPath("/a/é☃😀\ufffd")).toBe("/a/é☃😀\ufffd");
    expect(systemPath("/caf\udce9")).toEqual(new Uint8Array([0x2f, 0x63, 0x61, 0x66, 0xe9]));
  });
});

// macOS and Windows have no such names.
describeWith(linux)("names that are not UTF-8", () => {
  let root = "";
  beforeAll(() => {
    root = mkdtempSync(`${realpathSync(tmpdir())}/names-`);
    mkdirSync(`${root}/in`);
    for (const name of NAMES) writeFileSync(systemPath(`${root}/in/${name}`), name);
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it("are listed as different names, and found by these", async () => {
    const entries = await folderEntries(nodeFs, `${root}/in`);
    expect(entries.map(({ name }) => name)).toEqual([...NAMES].sort());
    for (const { name, kind } of entries) {
      expect(kind).toBe("file");
      expect((await pathStats(nodeFs, `${root}/in/${name}`))?.size).toBe(Buffer.from(name).length);
    }
  });

  it("can be entered and used in a folder that is held", async () => {
    mkdirSync(systemPath(`${root}/caf\udce9`));
    const held = await holdFolder(nodeFs, root);
    const inner = await held.enter("caf\udce9");
    await nodeFs.promises.writeFile(await inner.at("\udcff"), "x");
    expect(readdirSync(systemPath(`${root}/caf\udce9`), { encoding: "buffer" })).toEqual([
      Buffer.from([0xff]),
    ]);
    expect(inner.path).toBe(`${root}/caf\udce9`);
    await inner.close();
    await held.close();
  });
});

describe("a name with U+FFFD in it", () => {
  it("is listed on a file system that has text names as well", async () => {
    const fs = createFsFromVolume(Volume.fromJSON({ "/\ufffd": "", "/b": "" }));
    expect((await folderEntries(fs, "/")).map(({ name }) => name)).toEqual(["b", "\ufffd"]);
  });
});

describe("fileTime", () => {
  it.each([0, 1, 1500.5, -1, -1500, -86_400_000 * 365 * 50, 4_300_000_000_000])(
    "sets %d as it is",
    async (time) => {
      const root = mkdtempSync(`${realpathSync(tmpdir())}/time-`);
      await nodeFs.promises.utimes(root, fileTime(time), fileTime(time));
      expect((await nodeFs.promises.stat(root)).mtimeMs).toBeCloseTo(time, 2);
      rmSync(root, { recursive: true });
    },
  );
});
