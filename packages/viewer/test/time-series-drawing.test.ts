import { describe, expect, it } from "vitest";
import type { Bin, Frame } from "../src/data/series-envelope.js";
import { drawLines, type LineContext } from "../src/views/time-series/draw-lines.js";
import { spreadLabels } from "../src/views/time-series/end-labels.js";
import { channelRanges, laneScale, roundUp, sharedScale } from "../src/views/time-series/value-scale.js";

const bin = (min: number, max = min): Float64Array => Float64Array.of(min, max, 0, 1);
const NO_VALUE = bin(Infinity, -Infinity);

function frameOf(bins: readonly Bin[], count = bins.length, binRows = 1): Frame {
  const plan = { window: { start: 0, count }, binRows, every: 1, blocks: [], bytes: 0 };
  return { plan, channels: [0], firstBin: 0, bins, isPartial: false };
}

/** What is drawn on a plot of 10 pixels a bin, with one pixel a unit downwards. */
function drawn(bins: readonly Bin[], binRows = 1): { readonly calls: string[]; readonly points: number } {
  const calls: string[] = [];
  const context: LineContext = {
    strokeStyle: "",
    fillStyle: "",
    beginPath: () => undefined,
    stroke: () => undefined,
    setLineDash: () => undefined,
    moveTo: (x, y) => calls.push(`move ${x} ${y}`),
    lineTo: (x, y) => calls.push(`line ${x} ${y}`),
    fillRect: (x, y) => calls.push(`mark ${x + 1.5} ${y + 1.5}`),
  };
  const size = { width: (10 * bins.length) / (binRows === 1 ? 2 : 1), height: 100 };
  const points = drawLines(
    context,
    frameOf(bins, bins.length * binRows, binRows),
    size,
    { y: (_, value) => value },
    [],
    "#000",
  );
  return { calls, points };
}

describe("lines", () => {
  it("go through samples, with gaps where there is no value; a single point is marked", () => {
    expect(drawn([bin(1), bin(2), NO_VALUE, bin(4), NO_VALUE, bin(6), bin(7)])).toEqual({
      calls: ["move 2.5 1", "line 7.5 2", "move 17.5 4", "mark 17.5 4", "move 27.5 6", "line 32.5 7"],
      points: 5,
    });
  });

  it("go from the least to the largest value of a bin, the nearer one first", () => {
    expect(drawn([bin(0, 10), bin(2, 9), bin(-5, 1)], 4)).toEqual({
      calls: ["move 5 0", "line 5 10", "line 15 9", "line 15 2", "line 25 1", "line 25 -5"],
      points: 6,
    });
  });

  it("go straight on between the blocks of an overview, and end where nothing is read yet", () => {
    expect(drawn([bin(1), "skipped", bin(3), "missing", bin(5)], 4).calls).toEqual([
      "move 5 1",
      "line 25 3",
      "move 45 5",
      "mark 45 5",
    ]);
  });
});

describe("scales of values", () => {
  it("hold all finite values", () => {
    const frame = frameOf([bin(-3, Infinity), bin(1, 2), NO_VALUE, "missing"]);
    expect(channelRanges(frame)).toEqual([[-3, 2]]);
    const scale = sharedScale([[-3, 2]], 100);
    expect([scale.low, scale.high]).toEqual([-3, 2]);
    expect([scale.y(0, -3), scale.y(0, 2), scale.y(0, 1), scale.y(0, Infinity)]).toEqual([100, 0, 20, -100]);
  });

  it("have a range for constant series and for none", () => {
    expect(sharedScale([[5, 5]], 100)).toMatchObject({ low: 4.5, high: 5.5 });
    expect(sharedScale([[0, 0]], 100)).toMatchObject({ low: -1, high: 1 });
    expect(sharedScale([[Infinity, -Infinity]], 100)).toMatchObject({ low: 0, high: 1 });
    expect(laneScale([[5, 5]], 100)).toMatchObject({ spacing: 1, middles: [5] });
    expect(laneScale([[Infinity, -Infinity]], 100)).toMatchObject({ spacing: 1, middles: [0] });
  });

  it("are lanes of a round number of units", () => {
    const scale = laneScale(
      [
        [-1.5, 1.7],
        [9, 10],
      ],
      100,
    );
    expect(scale).toMatchObject({ spacing: 5, middles: [0, 10], laneHeight: 50 });
    expect([scale.y(0, 0), scale.y(0, 2.5), scale.y(1, 10), scale.y(1, 5), scale.y(1, Infinity)]).toEqual([
      25, 0, 75, 125, 50,
    ]);
  });

  it("round up to 1, 2 or 5", () => {
    expect([0, 0.3, 2, 2.1, 99, 1e-7].map(roundUp)).toEqual([1, 0.5, 2, 5, 100, 1e-7]);
  });
});

describe("names at the ends of lines", () => {
  it("are moved apart, and fewer where they have no room", () => {
    expect(spreadLabels([50, 51, Number.NaN, 10], 100, 10)).toEqual([
      { index: 3, y: 10 },
      { index: 0, y: 50 },
      { index: 1, y: 60 },
    ]);
    expect(spreadLabels([99, 98, 97], 100, 10).map(({ y }) => y)).toEqual([75, 85, 95]);
    expect(spreadLabels([1, 2, 3, 4, 5], 30, 10).map(({ index }) => index)).toEqual([0, 2, 4]);
  });
});
