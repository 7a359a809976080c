import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkBlockSource, isBlockSource, type PlacedBlock, placedBlocks, regions } from "../src/blocks.js";
import type { DataType } from "../src/data-type.js";
import type { ArrayInput, NDArray } from "../src/ndarray-type.js";
import { elementCount } from "../src/shape.js";
import type { BlockSource } from "../src/storage-manager.js";
import { structureError } from "./thrown.js";

describe("regions", () => {
  it("cuts along axis 0", () => {
    expect([...regions([5, 2], 4)]).toEqual([
      { offset: [0, 0], shape: [2, 2] },
      { offset: [2, 0], shape: [2, 2] },
      { offset: [4, 0], shape: [1, 2] },
    ]);
  });

  it("cuts rows that are too large along the next axis", () => {
    expect([...regions([2, 3, 2], 4)]).toEqual([
      { offset: [0, 0, 0], shape: [1, 2, 2] },
      { offset: [0, 2, 0], shape: [1, 1, 2] },
      { offset: [1, 0, 0], shape: [1, 2, 2] },
      { offset: [1, 2, 0], shape: [1, 1, 2] },
    ]);
  });

  it("does not cut small arrays and scalars, and makes no regions of empty ones", () => {
    expect([...regions([2, 3], 6)]).toEqual([{ offset: [0, 0], shape: [2, 3] }]);
    expect([...regions([], 100)]).toEqual([{ offset: [], shape: [] }]);
    expect([...regions([3, 0], 100)]).toEqual([]);
  });

  it("ends where chunks end, if a whole one fits", () => {
    const rows = (maxElements: number) => [...regions([10, 2], maxElements, 3)].map(({ shape }) => shape[0]);
    expect(rows(14)).toEqual([6, 4]);
    expect(rows(6)).toEqual([3, 3, 3, 1]);
    expect(rows(4)).toEqual([2, 2, 2, 2, 2]);
    expect(rows(100)).toEqual([10]);
  });

  it("gives single elements where the limit is smaller than one", () => {
    expect([...regions([2], 0.5)]).toEqual([
      { offset: [0], shape: [1] },
      { offset: [1], shape: [1] },
    ]);
  });

  it("follows memory in C order without a gap, for every shape", () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 4 });
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 50 }), (shape, maxElements) => {
        let next = 0;
        for (const region of regions(shape, maxElements)) {
          const first = region.offset.reduce((index, offset, axis) => index * (shape[axis] ?? 1) + offset, 0);
          expect(first).toBe(next);
          expect(elementCount(region.shape)).toBeLessThanOrEqual(maxElements);
          next += elementCount(region.shape);
        }
        expect(next).toBe(elementCount(shape));
      }),
      { seed: 7, numRuns: 1000 },
    );
  });
});

function source(
  dtype: DataType,
  shape: number[],
  blocks: Iterable<unknown> | AsyncIterable<unknown>,
): BlockSource {
  return { dtype, shape, blocks: blocks as Iterable<ArrayInput> };
}

async function placed(from: BlockSource): Promise<PlacedBlock[]> {
  const blocks: PlacedBlock[] = [];
  for await (const block of placedBlocks(from)) blocks.push(block);
  return blocks;
}

describe("placedBlocks", () => {
  it("places blocks of any kind one after the other", async () => {
    const float = (data: number[], shape: number[]): NDArray => ({
      dtype: "float64",
      shape,
      data: Float64Array.from(data),
    });
    const made = source(
      "float64",
      [4, 2],
      [[[1, 2]], float([], [0, 2]), float([3, 4, 5, 6], [2, 2]), [[7, 8]]],
    );
    expect(await placed(made)).toEqual([
      { start: 0, block: float([1, 2], [1, 2]) },
      { start: 1, block: float([3, 4, 5, 6], [2, 2]) },
      { start: 3, block: float([7, 8], [1, 2]) },
    ]);
  });

  it("takes blocks from an asynchronous source", async () => {
    const later = async function* () {
      yield [1];
      yield Float32Array.of(2, 3);
    };
    const blocks = await placed(source("float32", [3], later()));
    expect(blocks.map(({ start, block }) => [start, ...block.data])).toEqual([
      [0, 1],
      [1, 2, 3],
    ]);
  });

  it("converts blocks to the dtype of the source", async () => {
    const complex = await placed(source("complex128", [1], [[[1, 2]]]));
    expect(complex[0]?.block).toEqual({ dtype: "complex128", shape: [1], data: Float64Array.of(1, 2) });
    const booleans = await placed(source("bool", [2], [[true], Uint8Array.of(0)]));
    expect(booleans.map(({ block }) => [...block.data])).toEqual([[1], [0]]);
  });

  it("gives none for a source without rows", async () => {
    expect(await placed(source("int8", [0, 3], []))).toEqual([]);
  });

  it.each<[what: string, blocks: unknown[], message: string]>([
    ["too few rows", [[[1, 2]]], "the blocks hold 1 rows, not the 3 of (3, 2)"],
    [
      "too many rows",
      [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
      "more than the 3 rows of (3, 2)",
    ],
    [
      "rows of another length",
      [[[1, 2, 3]]],
      "the block at row 0 has shape (1, 3), which is no block of (3, 2)",
    ],
    ["a row instead of rows", [[1, 2]], "shape (2,)"],
    ["a value", [1], "shape ()"],
    ["another type", [[[1, 2]], [["a", "b"]]], "the block at row 1: the data cannot be stored as float64"],
    ["null", [null], "the block at row 0: the data is null"],
  ])("refuses blocks with %s", async (_what, blocks, message) => {
    await expect(placed(source("float64", [3, 2], blocks))).rejects.toMatchObject({
      code: "FILE_STRUCTURE",
      message: expect.stringContaining(message),
    });
  });

  it("closes the source when iteration stops, and passes on its error", async () => {
    let closed = 0;
    const generator = async function* (fail: boolean) {
      try {
        yield [1];
        if (fail) throw new Error("source broke");
        yield [2];
      } finally {
        closed += 1;
      }
    };
    for await (const _block of placedBlocks(source("float64", [2], generator(false)))) break;
    expect(closed).toBe(1);
    await expect(placed(source("float64", [2], generator(true)))).rejects.toThrow("source broke");
    expect(closed).toBe(2);
  });
});

describe("a block source", () => {
  it("is distinguished from other data", () => {
    expect(isBlockSource(source("int8", [1], []))).toBe(true);
    for (const data of [
      null,
      1,
      "blocks",
      [1],
      Int8Array.of(1),
      { dtype: "int8", shape: [], data: Int8Array.of(1) },
    ])
      expect(isBlockSource(data)).toBe(false);
  });

  it.each<[what: string, made: unknown, message: string]>([
    ["without a type", { dtype: "float16", shape: [1], blocks: [] }, '"float16"'],
    ["without a shape", { dtype: "int8", blocks: [] }, "shape"],
    ["of a scalar", { dtype: "int8", shape: [], blocks: [] }, "scalar"],
    ["without blocks", { dtype: "int8", shape: [1], blocks: 3 }, "iterable"],
    ["of null", { dtype: "int8", shape: [1], blocks: null }, "iterable"],
  ])("is refused %s", (_what, made, message) => {
    expect(structureError(() => checkBlockSource(made as BlockSource)).message).toContain(message);
  });

  it("may have any iterable", () => {
    for (const blocks of [[], new Set(), (async function* () {})()])
      expect(() => checkBlockSource(source("int8", [0], blocks))).not.toThrow();
  });
});
