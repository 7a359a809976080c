import { createHash } from "node:crypto";
import { type NDArray, slice } from "@tvb-storage/core";
import type { FileSystem } from "@tvb-storage/files";
import { createMemoryFs, faultyFs } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { h5py, itWith } from "../../../../test/support/judges.js";
import { HDF5StorageManager } from "../../src/index.js";

// Long reads are made in parts, several at a time, by other threads of the file system.

const folder = temporaryFolder("read-elsewhere");
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

/** Reads that take `ms(n)`, the n-th of them, each; and what is under way. */
function slowRead(fs: ReturnType<typeof createMemoryFs>, ms: (n: number) => number) {
  const state = { count: 0, atOnce: 0, most: 0 };
  const read: Read = (...args) => {
    state.count += 1;
    state.atOnce += 1;
    state.most = Math.max(state.most, state.atOnce);
    setTimeout(() => {
      state.atOnce -= 1;
      readOf(fs)(...args);
    }, ms(state.count));
  };
  return { state, fs: reading(fs, read) };
}

describe.each([{}, { chunks: [1, WIDTH] }, { chunks: [2, 100_000] }])("a long read, %o", (layout) => {
  it.each([
    ["all", undefined],
    ["rows", [slice(1, 4)]],
  ] as const)("is right whatever part comes first: %s", async (_, rows) => {
    const fs = await stored(layout);
    const slow = slowRead(fs, (n) => (n % 3 === 0 ? 1 : 5));
    const selection = rows === undefined ? {} : { selection: [...rows] };
    const found = await new HDF5StorageManager(PATH, { fs: slow.fs }).getData("x", selection);
    expectSame(found, rows === undefined ? values : values.slice(WIDTH, 4 * WIDTH));
    const { count, most } = slow.state;
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
    const slow = slowRead(fs, () => 5);
    const m = new HDF5StorageManager(PATH, { fs: slow.fs });
    const onProgress = () => controller.abort();
    await expect(m.getData("x", { signal: controller.signal, onProgress })).rejects.toThrow("cancelled");
    expect(slow.state.count).toBeGreaterThan(1);
    expect(slow.state.atOnce).toBe(0);
  });
});

it("a long read and a change of the file at the same time: each result is of one commit", async () => {
  const path = folder("changes.h5");
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
});

/** Prints what h5py reads of each dataset: all, three rows, and every second one. */
const WRITE = `
import hashlib, json, sys
import h5py, numpy as np
rows = np.random.default_rng(1).normal(size=(5, 300_000))
found = {}
with h5py.File(sys.argv[1], "w") as f:
    f.create_dataset("contiguous", data=rows)
    f.create_dataset("rows", data=rows, chunks=(1, 300_000))
    f.create_dataset("checked", data=rows, chunks=(2, 300_000), fletcher32=True)
    f.create_dataset("tiles", data=rows, chunks=(2, 100_000))
    f.create_dataset("columns", data=rows, chunks=(5, 60_000))
    f.create_dataset("big-endian", data=rows.astype(">f8"))
    f.create_dataset("sparse", shape=(5, 300_000), dtype="f8", chunks=(1, 300_000), fillvalue=1.5)[1] = rows[1]
with h5py.File(sys.argv[1]) as f:
    for name, d in f.items():
        found[name] = [hashlib.sha256(part.astype("<f8").tobytes()).hexdigest() for part in (d[:], d[1:4], d[::2])]
print(json.dumps(found))
`;

itWith(h5py)("long reads of what h5py wrote give what h5py reads", async () => {
  const path = folder("h5py.h5");
  const expected: Record<string, string[]> = JSON.parse(runPython(WRITE, path));
  expect(Object.keys(expected)).toHaveLength(7);
  const m = new HDF5StorageManager(path);
  for (const [name, digests] of Object.entries(expected)) {
    const found: string[] = [];
    for (const part of [undefined, slice(1, 4), slice(0, null, 2)]) {
      const { data } = await m.getData(name, part === undefined ? {} : { selection: [part] });
      if (!(data instanceof Float64Array)) throw new Error("expected numbers of 64 bits");
      found.push(createHash("sha256").update(new Uint8Array(data.buffer)).digest("hex"));
    }
    expect({ name, found }).toEqual({ name, found: digests });
  }
});
