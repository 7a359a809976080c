import nodeFs from "node:fs";
import type { FileSystem } from "@tvb-storage/files";
import { createMemoryFs } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { HDF5StorageManager, recover, verify } from "../../src/index.js";

const folder = temporaryFolder("h5-recover");

function bytesOf(fs: FileSystem, path: string): Uint8Array {
  const fd = fs.openSync(path, "r");
  const bytes = new Uint8Array(fs.fstatSync(fd).size);
  fs.readSync(fd, bytes, 0, bytes.length, 0);
  fs.closeSync(fd);
  return bytes;
}

function put(fs: FileSystem, path: string, data: Uint8Array, position: number, flags = "r+"): void {
  const fd = fs.openSync(path, flags);
  fs.writeSync(fd, data, 0, data.length, position);
  fs.closeSync(fd);
}

describe.each([
  ["memfs", () => ({ fs: createMemoryFs(), path: "/a.h5" })],
  ["the disk", () => ({ fs: nodeFs as FileSystem, path: `${folder()}/${crypto.randomUUID()}.h5` })],
])("on %s", (_, location) => {
  it("recover finds nothing to do for a file that was closed, and for one that is missing", async () => {
    const { fs, path } = location();
    expect(await recover(path, { fs })).toBe("clean");
    expect(fs.existsSync(path)).toBe(false);
    await new HDF5StorageManager(path, { fs }).storeData([1], "x");
    const before = bytesOf(fs, path);
    expect(await recover(path, { fs })).toBe("clean");
    expect(bytesOf(fs, path)).toEqual(before);
  });

  it("recover cuts what a dead writer left behind the last commit", async () => {
    const { fs, path } = location();
    await new HDF5StorageManager(path, { fs }).storeData([1], "x");
    const before = bytesOf(fs, path);
    put(fs, path, new Uint8Array(1000).fill(7), before.length);
    expect(await recover(path, { fs })).toBe("discarded");
    expect(bytesOf(fs, path)).toEqual(before);
  });

  it("recover removes a new file that was never committed", async () => {
    const { fs, path } = location();
    put(fs, `${path}.partial`, new Uint8Array(100), 0, "w");
    expect(await recover(path, { fs })).toBe("discarded");
    expect(fs.existsSync(`${path}.partial`)).toBe(false);
    expect(fs.existsSync(path)).toBe(false);
  });

  it("verify finds nothing wrong with a file of every type", async () => {
    const { fs, path } = location();
    const m = new HDF5StorageManager(path, { fs });
    await m.storeData([[1, 2]], "numbers");
    await m.storeData([true], "g/flags");
    await m.storeData(["a", "b"], "g/texts");
    await m.storeData(Float64Array.from({ length: 500 }), "zipped", { compression: "gzip", chunks: [100] });
    await m.appendData([[1, 2]], "rows", { growDimension: 0 });
    await m.setMetadata({ a: 1, b: [true] });
    expect(await verify(path, { fs })).toEqual([]);
  });

  it("verify says a damaged header, and a chunk that cannot be inflated", async () => {
    const { fs, path } = location();
    const m = new HDF5StorageManager(path, { fs });
    await m.storeData(Float64Array.from({ length: 5000 }, Math.sqrt), "zipped", { compression: "gzip" });
    await m.storeData([1], "fine");
    const bytes = bytesOf(fs, path);
    // zlib's header: the only chunk's first bytes
    const chunk = bytes.findIndex((byte, i) => byte === 0x78 && bytes[i + 1] === 0x5e);
    expect(chunk).toBeGreaterThan(0);
    put(fs, path, Uint8Array.of(0, 0, 0, 0), chunk + 10);
    expect(await verify(path, { fs })).toMatchObject([
      { path: "/zipped", problem: expect.stringMatching(/cannot be read/) },
    ]);

    put(fs, path, bytes, 0);
    const header = Buffer.from(bytes).indexOf("OHDR", 60, "latin1");
    put(fs, path, Uint8Array.of(0xff), header + 20);
    const problems = await verify(path, { fs });
    expect(problems.map(({ problem }) => problem).join()).toMatch(/checksum/);
  });

  it("verify says a file that is not HDF5, and throws for one that is not there", async () => {
    const { fs, path } = location();
    await expect(verify(path, { fs })).rejects.toMatchObject({ code: "FILE_STRUCTURE" });
    put(fs, path, new TextEncoder().encode("no HDF5 at all, but a text"), 0, "w");
    const problems = await verify(path, { fs });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ path: "/", problem: expect.stringMatching(/not an HDF5 file/) });
  });

  it("a file whose writer died elsewhere is refused, and verify says why, until recover takes the mark off", async () => {
    const { fs, path } = location();
    const marked = nodeFs.readFileSync(new URL("../fixtures/open-for-writing.h5", import.meta.url));
    put(fs, path, marked, 0, "w");
    expect(await verify(path, { fs })).toMatchObject([
      { path: "/", kind: "unjudged", problem: expect.stringMatching(/marked as open for SWMR writing/) },
    ]);
    const m = new HDF5StorageManager(path, { fs });
    // The mark is one of a SWMR writer, which lets others read.
    expect(Array.from((await m.getData("x")).data as Float64Array)).toEqual([1, 2, 3]);
    await expect(m.setMetadata({ seen: true })).rejects.toThrow(/marked as open for SWMR writing/);
    expect(bytesOf(fs, path)).toEqual(new Uint8Array(marked));
    expect(await recover(path, { fs, force: true })).toBe("unmarked");
    expect(bytesOf(fs, path)[11]).toBe(0);
    await m.setMetadata({ seen: true });
    expect(await verify(path, { fs })).toEqual([]);
  });
});
