import nodeFs from "node:fs";
import { type NDArray, slice } from "@tvb-storage/core";
import type { FileSystem } from "@tvb-storage/files";
import { createMemoryFs, faultyFs } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { HDF5StorageManager } from "../../src/index.js";

// Long reads are made in parts, several at a time, by other threads of the file system.

const PATH = "/d/a.h5";
const WIDTH = 300_000;
const ROWS = 5;
const values = Float64Array.from({ length: ROWS * WIDTH }, (_, index) => index);

async function stored(layout: { chunks?: number[] } = {}) {
  const fs = createMemoryFs({ "/d/other": "" });
  const array = { dtype: "float64", shape: [ROWS, WIDTH], data: values } as const;
  await new HDF5StorageManager(PATH, { fs }).storeData(array, "x", layout);
  return fs;
}

/** As `toEqual`, which takes seconds for a million numbers. */
function expectSame({ data }: NDArray, expected: Float64Array): void {
  if (!(data instanceof Float64Array)) throw new Error("expected numbers of 64 bits");
  expect(data.length).toBe(expected.length);
  expect(Buffer.compare(new Uint8Array(data.buffer), new Uint8Array(expected.buffer))).toBe(0);
}

type Read = NonNullable<FileSystem["read"]>;

/** The file system with another `read`. */
function reading<T extends FileSystem>(fs: T, read: Read | undefined): T {
  return new Proxy(fs, {
    get: (target, name) => (name === "read" ? read : Reflect.get(target, name, target)),
  });
}

const readOf =
  (fs: ReturnType<typeof createMemoryFs>): Read =>
  (fd, buffer, offset, length, position, done) =>
    fs.read(fd, buffer, offset, length, position, (error, count) => done(error, count));

describe.each([{}, { chunks: [1, WIDTH] }, { chunks: [2, 100_000] }])("a long read, %o", (layout) => {
  it.each([
    ["all", undefined],
    ["rows", [slice(1, 4)]],
  ] as const)("is right whatever part comes first: %s", async (_, rows) => {
    const fs = await stored(layout);
    let count = 0;
    let atOnce = 0;
    let most = 0;
    const slow: Read = (fd, buffer, offset, length, position, done) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      count += 1;
      setTimeout(
        () => {
          atOnce -= 1;
          readOf(fs)(fd, buffer, offset, length, position, done);
        },
        count % 3 === 0 ? 1 : 5,
      );
    };
    const selection = rows === undefined ? {} : { selection: [...rows] };
    const found = await new HDF5StorageManager(PATH, { fs: reading(fs, slow) }).getData("x", selection);
    expectSame(found, rows === undefined ? values : values.slice(WIDTH, 4 * WIDTH));
    const isInPlace = layout.chunks?.[1] !== 100_000;
    expect(most).toBeLessThanOrEqual(4);
    if (isInPlace) expect(most).toBe(Math.min(4, count));
    if (isInPlace) expect(count).toBeGreaterThan(1);
  });

  it("is the same where the file system reads on this thread only", async () => {
    const fs = await stored(layout);
    expectSame(await new HDF5StorageManager(PATH, { fs: reading(fs, undefined) }).getData("x"), values);
  });

  it("goes on where a part comes in parts", async () => {
    const fs = await stored(layout);
    const short: Read = (fd, buffer, offset, length, position, done) =>
      readOf(fs)(fd, buffer, offset, Math.min(length, 100_000), position, done);
    expectSame(await new HDF5StorageManager(PATH, { fs: reading(fs, short) }).getData("x"), values);
  });
});

describe("a long read that fails", () => {
  it.each([1, 2, 4, 5])("is an exception, at part %i, and the next one is right", async (at) => {
    const fs = await stored({ chunks: [1, WIDTH] });
    const failing = faultyFs(fs, { calls: "read", at, errno: "EIO" });
    const m = new HDF5StorageManager(PATH, { fs: failing });
    await expect(m.getData("x")).rejects.toMatchObject({ code: "FILE_STORAGE" });
    expectSame(await m.getData("x"), values);
  });

  it("is an exception where the file ends", async () => {
    const fs = await stored({ chunks: [1, WIDTH] });
    const ended: Read = (_fd, _buffer, _offset, _length, _position, done) => done(null, 0);
    const m = new HDF5StorageManager(PATH, { fs: reading(fs, ended) });
    await expect(m.getData("x")).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining("cut short"),
    });
  });

  it("or is cancelled has no read under way any more", async () => {
    const fs = await stored({ chunks: [1, WIDTH] });
    const controller = new AbortController();
    let atOnce = 0;
    const slow: Read = (fd, buffer, offset, length, position, done) => {
      atOnce += 1;
      setTimeout(() => {
        atOnce -= 1;
        readOf(fs)(fd, buffer, offset, length, position, done);
      }, 5);
    };
    const m = new HDF5StorageManager(PATH, { fs: reading(fs, slow) });
    const onProgress = () => controller.abort();
    await expect(m.getData("x", { signal: controller.signal, onProgress })).rejects.toThrow("cancelled");
    expect(atOnce).toBe(0);
  });
});

it("a long read and a change of the file at the same time: each result is of one commit", async () => {
  const path = `${nodeFs.mkdtempSync(`${process.env["TMPDIR"] ?? "/tmp"}/elsewhere-`)}/a.h5`;
  const length = 4 * 2 ** 20;
  const filled = (value: number) => new Float64Array(length).fill(value);
  await new HDF5StorageManager(path).storeData(filled(0), "x");
  let isDone = false;
  const write = async () => {
    for (let value = 1; value <= 6; value += 1)
      await new HDF5StorageManager(path).storeData(filled(value), "x");
    isDone = true;
  };
  const read = async () => {
    do {
      const { data } = await new HDF5StorageManager(path).getData("x");
      expect(data.every((value) => value === data[0])).toBe(true);
    } while (!isDone);
  };
  await Promise.all([write(), read(), read()]);
  nodeFs.rmSync(path.slice(0, -5), { recursive: true });
});
