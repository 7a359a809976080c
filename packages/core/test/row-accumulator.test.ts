import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatenate } from "../src/concatenate.js";
import { ndarray, toNested } from "../src/ndarray.js";
import type { NDArray } from "../src/ndarray-type.js";
import { RowAccumulator } from "../src/row-accumulator.js";

const row = (...values: number[]): NDArray => ndarray([values]);

describe("RowAccumulator", () => {
  it("holds rows one after the other", () => {
    const rows = new RowAccumulator(row(1, 2), 0);
    rows.add(row(3, 4));
    rows.add(
      ndarray([
        [5, 6],
        [7, 8],
      ]),
    );
    expect(rows.length).toBe(4);
    expect(toNested(rows.rows)).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ]);
    expect([rows.dtype, rows.shape]).toEqual(["float64", [1, 2]]);
  });

  it("holds steps along an inner axis, texts and complex numbers", () => {
    const inner = new RowAccumulator(ndarray([[1], [2]]), 1);
    inner.add(
      ndarray([
        [3, 4],
        [5, 6],
      ]),
    );
    expect(toNested(inner.rows)).toEqual([
      [1, 3, 4],
      [2, 5, 6],
    ]);
    const texts = new RowAccumulator(ndarray(["a"]), 0);
    texts.add(ndarray(["b", "c"]));
    expect(toNested(texts.rows)).toEqual(["a", "b", "c"]);
    const complex = new RowAccumulator(ndarray([[1, 2]], { dtype: "complex128" }), 0);
    complex.add(
      ndarray(
        [
          [3, 4],
          [5, 6],
        ],
        { dtype: "complex128" },
      ),
    );
    expect(toNested(complex.rows)).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  });

  it("copies its input", () => {
    for (const axis of [0, 1]) {
      const data = Float64Array.of(1, 2);
      const rows = new RowAccumulator(ndarray(data, { shape: [2, 1] }), axis);
      data.fill(9);
      expect([...rows.rows.data]).toEqual([1, 2]);
    }
  });

  it("counts rows without elements", () => {
    const rows = new RowAccumulator(ndarray([], { shape: [5, 0] }), 0);
    rows.add(ndarray([], { shape: [2, 0] }));
    expect(rows.rows).toEqual({ dtype: "float64", shape: [7, 0], data: new Float64Array() });
  });

  it("splits off the last rows as a new accumulator", () => {
    const rows = new RowAccumulator(ndarray([[1], [2], [3]]), 0);
    const rest = rows.from(1);
    rows.add(row(4));
    rest?.add(row(5));
    expect(rest && toNested(rest.rows)).toEqual([[2], [3], [5]]);
    expect(toNested(rows.rows)).toEqual([[1], [2], [3], [4]]);
    expect(rows.from(4)).toBeUndefined();
  });

  it("has the same rows as concatenate, along any axis", () => {
    const shape = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 });
    const pieces = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        shape,
        fc.nat(2),
        pieces,
        fc.constantFrom("int16", "complex64", "string"),
        (base, at, steps, dtype) => {
          const axis = at % base.length;
          let next = 0;
          const arrays = steps.map((count): NDArray => {
            const lengths = base.map((length, i) => (i === axis ? count : length));
            const values = Array.from({ length: lengths.reduce((a, b) => a * b, 1) }, () => next++);
            if (dtype === "string") return ndarray(values.map(String), { dtype: "string", shape: lengths });
            return dtype === "int16"
              ? ndarray(Int16Array.from(values), { shape: lengths })
              : ndarray(Float32Array.from(values.flatMap((v) => [v, -v])), {
                  dtype: "complex64",
                  shape: lengths,
                });
          });
          const [first, ...others] = arrays;
          if (first === undefined) return;
          const rows = new RowAccumulator(first, axis);
          for (const array of others) rows.add(array);
          const whole = concatenate(arrays, axis);
          expect(rows.rows.shape).toEqual(whole.shape);
          expect([...rows.rows.data]).toEqual([...whole.data]);
          expect(rows.length).toBe(whole.shape[axis]);
        },
      ),
      { seed: 9, numRuns: 300 },
    );
  });
});
