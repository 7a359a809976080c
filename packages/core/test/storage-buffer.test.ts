import { describe, expect, it } from "vitest";
import { ndarray, toNested } from "../src/ndarray.js";
import type { NDArray } from "../src/ndarray-type.js";
import { arrayBytes, StorageBuffer } from "../src/storage-buffer.js";
import { structureError } from "./thrown.js";

function buffer(growDimension = 0, limitBytes = 1e6) {
  const written: NDArray[] = [];
  const made = new StorageBuffer({
    growDimension,
    limitBytes,
    write: async (rows) => {
      written.push(rows);
    },
  });
  return { made, written };
}

describe("StorageBuffer", () => {
  it("writes its rows in one call", async () => {
    const { made, written } = buffer();
    made.bufferData(ndarray([[1, 2]]));
    made.bufferData(
      ndarray([
        [3, 4],
        [5, 6],
      ]),
    );
    expect(made.length).toBe(3);
    await made.flushBufferedData();
    expect(written.map((rows) => toNested(rows))).toEqual([
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ]);
    expect([made.length, made.bytes, made.peek()]).toEqual([0, 0, undefined]);
  });

  it("grows along any axis, also counted from the end", async () => {
    for (const axis of [1, -1]) {
      const { made, written } = buffer(axis);
      made.bufferData(ndarray([[1], [2]]));
      made.bufferData(
        ndarray([
          [3, 4],
          [5, 6],
        ]),
      );
      expect(made.length).toBe(3);
      await made.flushBufferedData();
      expect(written.map((rows) => toNested(rows))).toEqual([
        [
          [1, 3, 4],
          [2, 5, 6],
        ],
      ]);
    }
  });

  it("reports when a flush is due", () => {
    const { made } = buffer(0, 24);
    expect(made.bufferData(ndarray([1, 2]))).toBe(true);
    expect(made.bytes).toBe(16);
    expect(made.bufferData(ndarray([3]))).toBe(false);
    expect(made.bytes).toBe(24);
  });

  it("keeps a copy: the caller may reuse its arrays", async () => {
    const { made, written } = buffer();
    const data = Float64Array.of(1, 2);
    made.bufferData(ndarray(data));
    data.fill(9);
    await made.flushBufferedData();
    expect(written.map((rows) => toNested(rows))).toEqual([[1, 2]]);
  });

  it("writes nothing where it is empty", async () => {
    const { made, written } = buffer();
    await made.flushBufferedData();
    made.bufferData(ndarray([], { shape: [0, 3] }));
    await made.flushBufferedData();
    expect(written).toEqual([]);
  });

  it("counts rows that have no elements", async () => {
    const { made, written } = buffer();
    made.bufferData(ndarray([], { shape: [5, 0] }));
    made.bufferData(ndarray([], { shape: [2, 0] }));
    expect(made.length).toBe(7);
    await made.flushBufferedData();
    expect(written.map(({ shape }) => shape)).toEqual([[7, 0]]);
  });

  it("shows its rows without removing them", () => {
    const { made } = buffer();
    made.bufferData(ndarray([1]));
    made.bufferData(ndarray([2]));
    expect(made.peek()).toEqual({ dtype: "float64", shape: [2], data: Float64Array.of(1, 2) });
    expect(made.length).toBe(2);
    made.clear();
    expect(made.peek()).toBeUndefined();
  });

  it.each<[what: string, rows: NDArray]>([
    ["another shape", ndarray([[1, 2]])],
    ["another rank", ndarray([1, 2, 3])],
    ["another type", ndarray([[1, 2, 3]], { dtype: "float32" })],
  ])("refuses rows of %s and takes nothing", (_what, rows) => {
    const { made } = buffer();
    made.bufferData(ndarray([[1, 2, 3]]));
    structureError(() => made.bufferData(rows));
    expect([made.length, made.bytes]).toEqual([1, 24]);
  });

  it("refuses a scalar, an axis out of range and an invalid limit", () => {
    structureError(() => buffer(0).made.bufferData(ndarray(1)));
    structureError(() => buffer(2).made.bufferData(ndarray([[1]])));
    for (const limit of [0, -1, Number.NaN]) structureError(() => buffer(0, limit));
  });

  it("keeps the rows where writing fails, and writes them with the next flush", async () => {
    let full = true;
    const written: unknown[] = [];
    const made = new StorageBuffer({
      growDimension: 0,
      limitBytes: 100,
      write: async (rows) => {
        if (full) throw new Error("disk full");
        written.push(toNested(rows));
      },
    });
    made.bufferData(ndarray([1]));
    await expect(made.flushBufferedData()).rejects.toThrow("disk full");
    made.bufferData(ndarray([2]));
    full = false;
    await made.flushBufferedData();
    expect(written).toEqual([[1, 2]]);
  });

  it("writes the given number of its first rows", async () => {
    const { made, written } = buffer();
    made.bufferData(ndarray([[1], [2], [3]]));
    await made.flushBufferedData(0);
    await made.flushBufferedData(2);
    expect(written.map((rows) => toNested(rows))).toEqual([[[1], [2]]]);
    expect([made.length, made.bytes]).toEqual([1, 8]);
    made.bufferData(ndarray([[4]]));
    await made.flushBufferedData(10);
    expect(toNested(written[1] ?? expect.unreachable())).toEqual([[3], [4]]);
    expect([made.length, made.bytes]).toEqual([0, 0]);
  });

  it("keeps the order of rows where writing some of them failed", async () => {
    let full = true;
    const written: unknown[] = [];
    const made = new StorageBuffer({
      growDimension: 0,
      limitBytes: 100,
      write: async (rows) => {
        made.bufferData(ndarray([4]));
        if (full) throw new Error("disk full");
        written.push(toNested(rows));
      },
    });
    made.bufferData(ndarray([1, 2, 3]));
    await expect(made.flushBufferedData(2)).rejects.toThrow("disk full");
    expect(made.peek()?.data).toEqual(Float64Array.of(1, 2, 3, 4));
    expect([made.length, made.bytes]).toEqual([4, 32]);
    full = false;
    await made.flushBufferedData();
    expect(written).toEqual([[1, 2, 3, 4]]);
  });

  it("drops rows that were cleared during a flush, where that fails", async () => {
    const made = new StorageBuffer({
      growDimension: 0,
      limitBytes: 100,
      write: async () => {
        made.clear();
        throw new Error("disk full");
      },
    });
    made.bufferData(ndarray([1]));
    await expect(made.flushBufferedData()).rejects.toThrow("disk full");
    expect([made.length, made.bytes, made.peek()]).toEqual([0, 0, undefined]);
  });

  it("keeps rows that are added during a flush, and writes none twice", async () => {
    const written: unknown[] = [];
    let proceed = (): void => undefined;
    const made = new StorageBuffer({
      growDimension: 0,
      limitBytes: 100,
      write: (rows) =>
        new Promise((resolve) => {
          proceed = () => {
            written.push(toNested(rows));
            resolve();
          };
        }),
    });
    made.bufferData(ndarray([1]));
    const first = made.flushBufferedData();
    const second = made.flushBufferedData();
    await Promise.resolve();
    made.bufferData(ndarray([2]));
    expect(made.peek()?.data).toEqual(Float64Array.of(1, 2));
    expect(made.length).toBe(2);
    proceed();
    await first;
    expect([made.length, made.bytes]).toEqual([1, 8]);
    await Promise.resolve();
    proceed();
    await second;
    expect(written).toEqual([[1], [2]]);
    expect(made.length).toBe(0);
  });
});

describe("arrayBytes", () => {
  it("counts what an array occupies", () => {
    expect(arrayBytes(ndarray([1, 2]))).toBe(16);
    expect(arrayBytes(ndarray(Int8Array.of(1, 2)))).toBe(2);
    expect(arrayBytes(ndarray([[1, 2]], { dtype: "complex64" }))).toBe(8);
    expect(arrayBytes(ndarray(["abc", ""]))).toBe(2 * 16 + 3);
  });
});
