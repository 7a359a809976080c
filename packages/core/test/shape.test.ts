import { describe, expect, it } from "vitest";
import { checkShape, elementCount, resolveAxis, sameShape, sameShapeBut, shapeText } from "../src/shape.js";
import { structureError } from "./thrown.js";

describe("a shape", () => {
  it("counts its elements", () => {
    expect(elementCount([])).toBe(1);
    expect(elementCount([2, 3, 4])).toBe(24);
    expect(elementCount([2, 0, 4])).toBe(0);
  });

  it("equals another axis by axis", () => {
    expect(sameShape([2, 3], [2, 3])).toBe(true);
    expect(sameShape([], [])).toBe(true);
    expect(sameShape([2, 3], [3, 2])).toBe(false);
    expect(sameShape([2], [2, 1])).toBe(false);
  });

  it("equals another on all axes but one", () => {
    expect(sameShapeBut(0, [2, 3], [5, 3])).toBe(true);
    expect(sameShapeBut(1, [2, 3], [5, 3])).toBe(false);
    expect(sameShapeBut(0, [2, 3], [2])).toBe(false);
  });

  it("is written as Python writes it", () => {
    expect(shapeText([])).toBe("()");
    expect(shapeText([3])).toBe("(3,)");
    expect(shapeText([3, 4])).toBe("(3, 4)");
    expect(shapeText([null, 4])).toBe("(None, 4)");
    expect(shapeText([null])).toBe("(None,)");
  });

  it.each([[[]], [[0]], [[3, 4]], [new Array(32).fill(1)], [[0, Number.MAX_SAFE_INTEGER]]])(
    "may be %j",
    (shape: number[]) => {
      expect(() => checkShape(shape)).not.toThrow();
    },
  );

  it.each<[shape: unknown, message: string]>([
    [[-1], "axis 0"],
    [[1, 0.5], "axis 1"],
    [[Number.NaN], "NaN"],
    [[Number.POSITIVE_INFINITY], "Infinity"],
    [["3"], "axis 0"],
    [[null], "null"],
    [Object.assign(new Array(2), { 1: 1 }), "undefined"],
    [3, "not 3"],
    [null, "not null"],
    [new Array(33).fill(1), "32 axes"],
    [[2 ** 30, 2 ** 30], "more elements than can be counted"],
  ])("may not be %j", (shape, message) => {
    expect(structureError(() => checkShape(shape as number[])).message).toContain(message);
  });
});

describe("resolveAxis", () => {
  it("counts negative axes from the end", () => {
    expect(resolveAxis(0, 3)).toBe(0);
    expect(resolveAxis(2, 3)).toBe(2);
    expect(resolveAxis(-1, 3)).toBe(2);
    expect(resolveAxis(-3, 3)).toBe(0);
  });

  it.each([
    [3, 3],
    [-4, 3],
    [0.5, 3],
    [Number.NaN, 3],
    [0, 0],
    [-1, 0],
  ])("refuses axis %s of %s axes", (axis, rank) => {
    structureError(() => resolveAxis(axis, rank));
  });
});
