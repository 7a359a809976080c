import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryFileSystem, type SyncFileSystem } from "@tvb-storage/files";
import { createMemoryFs } from "@tvb-storage/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { journalPathOf } from "../../../files/src/port/commit-record.js";
import { partialPathOf } from "../../../files/src/port/new-file.js";
import { HDF5StorageManager } from "../../src/index.js";

let folder: string | undefined;
afterEach(() => {
  if (folder !== undefined) nodeFs.rmSync(folder, { recursive: true });
  folder = undefined;
});

interface Location {
  readonly fs: SyncFileSystem;
  readonly path: string;
}

const withoutLinks = ({ fs, path }: Location): Location => ({
  fs: new Proxy(fs, {
    get: (target, name) => (name === "linkSync" ? undefined : Reflect.get(target, name)),
  }),
  path,
});
const refusingLinks = ({ fs, path }: Location): Location => ({
  fs: new Proxy(fs, {
    get: (target, name) =>
      name === "linkSync"
        ? () => {
            throw Object.assign(new Error("EPERM: operation not permitted"), { code: "EPERM" });
          }
        : Reflect.get(target, name),
  }),
  path,
});
const onDisk = (): Location => {
  folder = nodeFs.mkdtempSync(join(tmpdir(), "lost-"));
  return { fs: nodeFs, path: join(folder, "a.h5") };
};
const inMemfs = (): Location => ({ fs: createMemoryFs({ "/d/other": "" }), path: "/d/a.h5" });

const LOCATIONS: readonly (readonly [string, () => Location])[] = [
  ["the disk", onDisk],
  ["the disk without links", () => refusingLinks(onDisk())],
  ["memfs", inMemfs],
  ["memoryFileSystem", () => ({ fs: memoryFileSystem(), path: "/d/a.h5" })],
  ["a file system without linkSync", () => withoutLinks({ fs: memoryFileSystem(), path: "/d/a.h5" })],
];

const FOREIGN = new TextEncoder().encode("another program's file");

function write(fs: SyncFileSystem, path: string, bytes: Uint8Array): void {
  const fd = fs.openSync(path, "w");
  fs.writeSync(fd, bytes, 0, bytes.length, 0);
  fs.closeSync(fd);
}

function read(fs: SyncFileSystem, path: string): Uint8Array | undefined {
  if (!fs.existsSync(path)) return undefined;
  const fd = fs.openSync(path, "r");
  const bytes = new Uint8Array(fs.fstatSync(fd).size);
  fs.readSync(fd, bytes, 0, bytes.length, 0);
  fs.closeSync(fd);
  return bytes;
}

interface Loss {
  readonly name: string;
  /** Whether there is a file when the session begins. */
  readonly starts: boolean;
  readonly act: (location: Location) => void;
  readonly says: RegExp;
  /** What is under the name afterwards. */
  readonly leaves: Uint8Array | undefined;
}

const LOSSES: readonly Loss[] = [
  {
    name: "unlinked",
    starts: true,
    act: ({ fs, path }) => fs.unlinkSync(path),
    says: /nothing of this session was stored.*another program removed or moved it/,
    leaves: undefined,
  },
  {
    name: "moved away",
    starts: true,
    act: ({ fs, path }) => fs.renameSync(path, `${path}.moved`),
    says: /nothing of this session was stored.*another program removed or moved it/,
    leaves: undefined,
  },
  {
    name: "replaced by a rename, as rsync does",
    starts: true,
    act: ({ fs, path }) => {
      write(fs, `${path}.rsync`, FOREIGN);
      fs.renameSync(`${path}.rsync`, path);
    },
    says: /nothing of this session was stored.*another program put another file in its place/,
    leaves: FOREIGN,
  },
  {
    name: "created under the name before the first commit",
    starts: false,
    act: ({ fs, path }) => write(fs, path, FOREIGN),
    says: /nothing of this session was stored.*another program created a file of this name/,
    leaves: FOREIGN,
  },
];

describe.each(LOCATIONS)("a file that was lost since it was opened, on %s", (where, location) => {
  it.each(LOSSES)("rejects the close where it was $name, and changes nothing", async (loss) => {
    const at = location();
    const { fs, path } = at;
    const m = new HDF5StorageManager(path, { fs });
    if (loss.starts) await m.appendData([[1, 2]], "rows", { growDimension: 0 });
    const before = read(fs, path);
    await m.appendData([[3, 4]], "rows", { growDimension: 0, closeFile: false });
    loss.act(at);
    const error = await m.closeFile().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: "FILE_STORAGE", message: expect.stringMatching(loss.says) });
    expect(read(fs, path)).toEqual(loss.leaves);
    const moved = read(fs, `${path}.moved`);
    if (moved !== undefined)
      expect(Buffer.compare(moved.subarray(0, before?.length), before ?? FOREIGN)).toBe(0);
    expect([journalPathOf(path), partialPathOf(path)].filter((name) => fs.existsSync(name))).toEqual([]);

    // What is there now is worked on next.
    const next = m.storeData([5], "next");
    if (loss.leaves === undefined) await next;
    else await expect(next).rejects.toMatchObject({ code: "FILE_STRUCTURE" });
    expect(read(fs, path)?.length ?? 0).toBeGreaterThan(0);
  });

  it("writes nothing into a file that was copied over it in place, as cp does", async () => {
    const { fs, path } = location();
    const m = new HDF5StorageManager(path, { fs });
    await m.appendData([[1, 2]], "rows", { growDimension: 0 });
    await m.appendData(Array(500).fill([3, 4]), "more", { growDimension: 0, closeFile: false });
    // A look at the file is trusted for 2 ms.
    await new Promise((resolve) => setTimeout(resolve, 10));
    const other = new Uint8Array(100_000).fill(7);
    write(fs, path, other);
    await expect(m.closeFile()).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringMatching(/more .*not stored.*another program changed it while it was open/),
    });
    expect(Buffer.compare(read(fs, path) ?? FOREIGN, other)).toBe(0);
    expect(fs.existsSync(journalPathOf(path))).toBe(false);
  });

  it("leaves the new one where it is replaced in the middle of the commit, and on the disk says so", async () => {
    const { fs, path } = location();
    await new HDF5StorageManager(path, { fs }).storeData([1, 2], "x");
    let isDone = false;
    const between = new Proxy(fs, {
      get: (target, name) =>
        name === "writeSync"
          ? (...args: Parameters<SyncFileSystem["writeSync"]>) => {
              const count = target.writeSync(...args);
              // The record of the commit is the last thing that is written to the journal.
              const journal = read(target, journalPathOf(path));
              if (!isDone && journal !== undefined && journal.length > 512) {
                isDone = true;
                write(target, `${path}.rsync`, FOREIGN);
                target.renameSync(`${path}.rsync`, path);
              }
              return count;
            }
          : Reflect.get(target, name),
    });
    const error = await new HDF5StorageManager(path, { fs: between }).storeData([3, 4], "x").then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (where.startsWith("the disk"))
      expect(error).toMatchObject({
        code: "FILE_STORAGE",
        message: expect.stringMatching(/nothing of this session .*removed or replaced it in the middle/),
      });
    expect(isDone).toBe(true);
    expect(read(fs, path)).toEqual(FOREIGN);
    expect(fs.existsSync(journalPathOf(path))).toBe(false);
  });
});

it("a file that is moved and linked to while blocks are stored in it can be used afterwards", async () => {
  const { path } = onDisk();
  const m = new HDF5StorageManager(path);
  await m.storeData([1, 2], "x");
  async function* blocks(): AsyncGenerator<Float64Array> {
    yield Float64Array.of(1, 2);
    nodeFs.renameSync(path, `${path}.moved`);
    nodeFs.symlinkSync(`${path}.moved`, path);
    yield Float64Array.of(3, 4);
  }
  await m.storeData({ dtype: "float64", shape: [4], blocks: blocks() }, "blocks");
  await m.closeFile();
  await m.storeData([5], "next");
  const nodes = await new HDF5StorageManager(path).listNodes();
  expect(nodes.map((node) => node.path)).toEqual(expect.arrayContaining(["/blocks", "/next", "/x"]));
});
