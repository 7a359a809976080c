import type { AxisRange } from "@tvb-storage/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Box,
  boxCount,
  boxOf,
  boxSpan,
  boxStart,
  halves,
  innerBoxes,
  runsOf,
  singleRun,
} from "../../../hdf5/src/data/box.js";

/** An axis of a dataset, cut into blocks, and a selection of it. */
const axis = fc
  .record({ extent: fc.integer({ min: 1, max: 9 }), block: fc.integer({ min: 1, max: 9 }) })
  .chain(({ extent, block }) =>
    fc
      .record({ start: fc.nat(extent - 1), step: fc.integer({ min: 1, max: 4 }), part: fc.nat(8) })
      .map(({ start, step, part }) => {
        const max = Math.floor((extent - 1 - start) / step) + 1;
        return { extent, block, range: { start, step, count: 1 + (part % max) } };
      }),
  );
const axes = fc.array(axis, { maxLength: 4 });

/** Positions in the block and in the result, one pair an element, in the order of the result. */
type Pairs = (readonly [source: number, target: number])[];

/** All indices of a shape in C order. */
function* indices(shape: readonly number[]): Generator<number[]> {
  const [first, ...rest] = shape;
  if (first === undefined) yield [];
  else for (let at = 0; at < first; at++) for (const others of indices(rest)) yield [at, ...others];
}

const position = (index: readonly number[], shape: readonly number[]): number =>
  index.reduce((at, i, axis) => at * (shape[axis] ?? 1) + i, 0);

/** What `boxOf` and `runsOf` should come to, element by element. */
function expectedPairs(
  ranges: readonly AxisRange[],
  origin: readonly number[],
  shape: readonly number[],
): Pairs {
  const counts = ranges.map(({ count }) => count);
  const pairs: Pairs = [];
  for (const index of indices(counts)) {
    const inBlock = ranges.map(({ start, step }, i) => start + (index[i] ?? 0) * step - (origin[i] ?? 0));
    if (inBlock.every((at, i) => at >= 0 && at < (shape[i] ?? 1)))
      pairs.push([position(inBlock, shape), position(index, counts)]);
  }
  return pairs;
}

function pairsOf(box: Box): Pairs {
  const pairs: Pairs = [];
  for (const { source, step, count, target } of runsOf(box))
    for (let at = 0; at < count; at++) pairs.push([source + at * step, target + at]);
  return pairs;
}

/** Each block of a dataset with what a selection takes of it. */
function* boxes(
  all: readonly { readonly extent: number; readonly block: number; readonly range: AxisRange }[],
): Generator<{ readonly box: Box | undefined; readonly expected: Pairs }> {
  const ranges = all.map(({ range }) => range);
  const shape = all.map(({ block }) => block);
  for (const number of indices(all.map(({ extent, block }) => Math.ceil(extent / block)))) {
    const origin = number.map((at, i) => at * (shape[i] ?? 1));
    yield { box: boxOf(ranges, origin, shape), expected: expectedPairs(ranges, origin, shape) };
  }
}

describe("what a selection takes of blocks", () => {
  it("is in the runs, each element once and where it belongs", () => {
    fc.assert(
      fc.property(axes, (all) => {
        const targets: number[] = [];
        for (const { box, expected } of boxes(all)) {
          const found = box === undefined ? [] : pairsOf(box);
          expect(found).toEqual(expected);
          targets.push(...found.map(([, target]) => target));
        }
        const count = all.reduce((product, { range }) => product * range.count, 1);
        expect(targets.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      }),
    );
  });

  it("has the start, the span and the count that its elements have", () => {
    fc.assert(
      fc.property(axes, (all) => {
        for (const { box, expected } of boxes(all)) {
          expect(box === undefined).toBe(expected.length === 0);
          if (box === undefined) continue;
          const sources = expected.map(([source]) => source);
          expect(boxCount(box)).toBe(sources.length);
          expect(boxStart(box)).toBe(Math.min(...sources));
          expect(boxSpan(box)).toBe(Math.max(...sources) - Math.min(...sources) + 1);
          const run = singleRun(box);
          if (run !== undefined) expect([...runsOf(box)]).toEqual([run]);
        }
      }),
    );
  });

  it("is the same in two halves, and as an inner box at several positions", () => {
    fc.assert(
      fc.property(axes, fc.nat(20), (all, gap) => {
        for (const { box, expected } of boxes(all)) {
          if (box === undefined) continue;
          if (boxCount(box) > 1) expect(halves(box).flatMap(pairsOf)).toEqual(expected);
          const { inner, outer } = innerBoxes(box, gap);
          const placed = pairsOf(outer).flatMap(([source, target]) =>
            pairsOf(inner).map(([at, to]) => [source + at, target + to] as const),
          );
          expect(placed).toEqual(expected);
          const sources = pairsOf(inner).map(([source]) => source);
          for (const [at, source] of sources.entries())
            expect(source - (sources[at - 1] ?? source)).toBeLessThanOrEqual(gap + 1);
        }
      }),
    );
  });
});
