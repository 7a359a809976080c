import { describe, expect, it } from "vitest";
import { windowOf, windowText } from "../src/views/matrix/cell-window.js";
import { colouringOf, colourParts, noValueText } from "../src/views/matrix/colouring.js";
import { labelTicks } from "../src/views/matrix/label-ticks.js";
import { cellOf, movedCell } from "../src/views/matrix/moved-cell.js";
import {
  cellText,
  connectionsOf,
  isDirected,
  type RegionMatrix,
  statisticsOf,
} from "../src/views/matrix/region-matrix.js";

const directed: RegionMatrix = {
  title: "Weights",
  labels: ["a", "b", "c"],
  values: [9, 0, 2, -3, 0, Number.NaN, 0.125, 0, 0],
  unit: "mm",
  directed: true,
};

describe("a matrix of regions", () => {
  it("says how its values are distributed", () => {
    expect(statisticsOf(directed.values)).toEqual({
      range: { min: -3, max: 9 },
      positiveMin: 0.125,
      zero: 4,
      negative: 1,
      infinite: 0,
      notNumber: 1,
    });
    expect(statisticsOf([Number.NaN, Number.NEGATIVE_INFINITY])).toEqual({
      zero: 0,
      negative: 0,
      infinite: 1,
      notNumber: 1,
    });
  });

  it("has connections from columns to rows, the strongest first, without the diagonal", () => {
    const { source, target, weight, possible } = connectionsOf(directed);
    expect([...weight]).toEqual([-3, 2, 0.125]);
    expect([...source]).toEqual([0, 2, 0]);
    expect([...target]).toEqual([1, 0, 2]);
    expect(possible).toBe(6);
  });

  it("has each connection once where both directions are the same", () => {
    const values = [0, 1, 2, 1, 0, 3, 2, 3, 0];
    expect(isDirected(values, 3)).toBe(false);
    const { weight, possible } = connectionsOf({ ...directed, values, directed: false });
    expect([...weight]).toEqual([3, 2, 1]);
    expect(possible).toBe(3);
    expect(isDirected([0, -0, Number.NaN, 0, 0, 1, Number.NaN, 1, 0], 3)).toBe(false);
  });

  it("orders connections that single precision does not tell apart, or cannot hold", () => {
    const values = [0, 1 + 2e-10, 1 + 1e-10, 1e300, 0, -1e301, 1 + 3e-10, 1e-300, 0];
    const { weight } = connectionsOf({ ...directed, values });
    expect([...weight]).toEqual([-1e301, 1e300, 1 + 3e-10, 1 + 2e-10, 1 + 1e-10, 1e-300]);
  });

  it("says a cell with its unit", () => {
    expect(cellText(directed, { row: 0, column: 2 })).toBe("c → a: 2 mm");
    expect(cellText(directed, { row: 1, column: 2 })).toBe("c → b: no value");
    expect(cellText({ ...directed, directed: false, unit: undefined }, { row: 2, column: 0 })).toBe(
      "a – c: 0.125",
    );
    const count = { ...directed, values: [2 ** 40], labels: ["a"], directed: false };
    expect(cellText(count, { row: 0, column: 0 })).toBe("a – a: 1099511627776 mm");
  });
});

describe("the colours of a matrix", () => {
  const statistics = {
    range: { min: 0, max: 8 },
    positiveMin: 0.5,
    zero: 3,
    negative: 0,
    infinite: 0,
    notNumber: 1,
  };

  it("span all values, or those above zero on a logarithmic scale", () => {
    expect(colouringOf(statistics, {})).toMatchObject({ name: "viridis", domain: [0, 8], problems: [] });
    expect(colouringOf(statistics, { scale: "log" })).toMatchObject({ logarithmic: true, domain: [0.5, 8] });
    expect(noValueText(statistics, false)).toBe("No value: 1 not a number");
    expect(noValueText(statistics, true)).toBe("No value: 1 not a number, 3 zero");
    expect(noValueText({ ...statistics, infinite: 2 }, false)).toBe("No value: 1 not a number, 2 infinite");
  });

  it("have zero in their middle where values have both signs", () => {
    const signed = { ...statistics, range: { min: -1, max: 4 } };
    expect(colouringOf(signed, {})).toMatchObject({ name: "rdbu", domain: [-4, 4] });
  });

  it("follow what was chosen, and say what they cannot follow", () => {
    expect(colouringOf(statistics, { min: "-1", max: "20", colours: "magma" })).toMatchObject({
      name: "magma",
      domain: [-1, 20],
      problems: [],
    });
    expect(colouringOf(statistics, { colours: "toString" }).problems).toEqual([
      'There are no colours "toString"; they are viridis.',
    ]);
    expect(colouringOf(statistics, { min: "9", max: "x" }).problems).toEqual([
      'The maximum "x" is no number; it is automatic.',
      "The minimum 9 is above the maximum 8; choose a smaller one.",
    ]);
    const log = colouringOf(statistics, { scale: "log", min: "0" });
    expect(log.domain).toEqual([0.5, 8]);
    expect(log.problems).toEqual(["The minimum of a logarithmic scale must be above zero; it is automatic."]);
    const below = colouringOf(statistics, { scale: "log", max: "-5" });
    expect(below.domain).toEqual([0.5, 8]);
    expect(below.problems).toEqual([
      "The maximum of a logarithmic scale must be above zero; it is automatic.",
    ]);
    const large = colouringOf({ ...statistics, range: { min: 1e18, max: 1e18 } }, {});
    expect(large.domain).toEqual([0.9e18, 1.1e18]);
    const none = { zero: 9, negative: 0, infinite: 0, notNumber: 0, range: { min: 0, max: 0 } };
    expect(colouringOf(none, { scale: "log" })).toMatchObject({
      logarithmic: false,
      domain: [-0.5, 0.5],
      problems: ["No value is above zero, so that the scale is linear."],
    });
  });
});

it("gives values of any size their parts of the colours", () => {
  const parts = (values: readonly number[], min: number, max: number, logarithmic = false) => [
    ...colourParts(values, { domain: [min, max], logarithmic }),
  ];
  expect(parts([1e9, 1e9 + 0.25, 1e9 + 1, 2e9], 1e9, 1e9 + 1)).toEqual([0, 0.25, 1, 1]);
  expect(parts([0, 5e299, 1e300, Infinity, Number.NaN], 0, 1e300)).toEqual([
    0,
    0.5,
    1,
    Number.NaN,
    Number.NaN,
  ]);
  expect(parts([2 ** -300, 1, 2 ** 300, 0, -1], 2 ** -300, 2 ** 300, true)).toEqual([
    0,
    0.5,
    1,
    Number.NaN,
    Number.NaN,
  ]);
});

describe("labels beside a matrix", () => {
  it("are at the middle of each cell where there is room", () => {
    expect(labelTicks({ from: 0, to: 4, pixels: 80 }, 4)).toEqual([
      { index: 0, position: 10 },
      { index: 1, position: 30 },
      { index: 2, position: 50 },
      { index: 3, position: 70 },
    ]);
  });

  it("become fewer where there is not, at the same cells wherever the axis is moved to", () => {
    const indexes = (from: number) =>
      labelTicks({ from, to: from + 100, pixels: 200 }, 1000).map(({ index }) => index);
    expect(indexes(0).slice(0, 3)).toEqual([0, 5, 10]);
    expect(indexes(203).slice(0, 3)).toEqual([205, 210, 215]);
    expect(labelTicks({ from: 0, to: 76, pixels: 640 }, 76)).toHaveLength(76);
  });

  it("are none before the canvas has a size, and none beyond the regions", () => {
    expect(labelTicks({ from: 0, to: 4, pixels: 0 }, 4)).toEqual([]);
    expect(labelTicks({ from: -1, to: 3, pixels: 400 }, 2).map(({ index }) => index)).toEqual([0, 1]);
  });
});

describe("the part that is seen", () => {
  it("is in the address, unless it is all", () => {
    const axis = (from: number, to: number) => ({ from, to, pixels: 600 });
    expect(windowText(axis(1, 4.5), axis(2.125, 5.625), 6)).toBe("1,2.13,3.5");
    expect(windowText(axis(0, 6), axis(0, 6), 6)).toBeUndefined();
    expect(windowOf("1,2.13,3.5", 6)).toEqual({ row: 1, column: 2.13, cells: 3.5 });
    for (const text of [undefined, "", "1,2", "0,0,0", "4,0,3", "a,0,1", "-1,0,1"])
      expect(windowOf(text, 6)).toBeUndefined();
  });
});

describe("the cursor", () => {
  it("begins in the first cell and stays within the matrix", () => {
    expect(movedCell(undefined, "ArrowDown", 3, false)).toEqual({ row: 0, column: 0 });
    expect(movedCell({ row: 0, column: 0 }, "ArrowUp", 3, false)).toEqual({ row: 0, column: 0 });
    expect(movedCell({ row: 1, column: 1 }, "PageDown", 3, false)).toEqual({ row: 2, column: 1 });
    expect(movedCell({ row: 1, column: 1 }, "End", 3, true)).toEqual({ row: 2, column: 2 });
    expect(movedCell({ row: 1, column: 1 }, "a", 3, false)).toBeUndefined();
  });

  it("is read of the address", () => {
    expect(cellOf("2,0", 3)).toEqual({ row: 2, column: 0 });
    for (const text of [undefined, "3,0", "x", "1", "-1,0"]) expect(cellOf(text, 3)).toBeUndefined();
  });
});
