import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExtentMap } from "../../src/port/extent-map.js";

const SPAN = 60;

type Step = { kind: "set"; start: number; length: number; at: number } | { kind: "cut"; length: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("set" as const),
    start: fc.integer({ min: 0, max: SPAN - 1 }),
    length: fc.integer({ min: 1, max: 20 }),
    at: fc.integer({ min: 0, max: 40 }),
  }),
  fc.record({ kind: fc.constant("cut" as const), length: fc.integer({ min: 0, max: SPAN }) }),
);

describe("extent map", () => {
  it("has the last place of every byte", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const map = new ExtentMap();
        const model = new Map<number, number>();
        for (const one of steps) {
          if (one.kind === "set") {
            map.set(one.start, one.start + one.length, one.at);
            for (let i = 0; i < one.length; i++) model.set(one.start + i, one.at + i);
          } else {
            map.cut(one.length);
            for (const position of [...model.keys()]) if (position >= one.length) model.delete(position);
          }
        }
        const found = new Map<number, number>();
        map.visit(0, 2 * SPAN, (from, to, at) => {
          for (let i = from; i < to; i++) {
            expect(found.has(i)).toBe(false);
            found.set(i, at + i - from);
          }
        });
        expect(found).toEqual(model);
        expect(map.isEmpty).toBe(model.size === 0);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it("joins extents that are adjacent in file and journal", () => {
    const map = new ExtentMap();
    for (let page = 0; page < 1000; page++) map.set(page * 10, page * 10 + 10, 500 + page * 10);
    expect(map.length).toBe(1);
    map.set(5000, 5010, 1);
    map.set(10_000, 10_010, 1);
    expect(map.length).toBe(4);
  });

  it("visits only the part that is asked for", () => {
    const map = new ExtentMap();
    map.set(10, 20, 100);
    map.set(30, 40, 200);
    const visits: number[][] = [];
    map.visit(15, 32, (from, to, at) => visits.push([from, to, at]));
    expect(visits).toEqual([
      [15, 20, 105],
      [30, 32, 200],
    ]);
  });
});
