import type { NDArray } from "@tvb-storage/core/arrays";
import { describe, expect, it } from "vitest";
import type { Series } from "../src/data/series.js";
import { Envelope, type Frame } from "../src/data/series-envelope.js";
import { covers, exactFrame, readExactly } from "../src/data/series-exact.js";
import { SeriesReader } from "../src/data/series-reader.js";
import { windowStatistics } from "../src/data/series-statistics.js";
import { planWindow, type SampleWindow } from "../src/data/series-window.js";
import { MemoryDataFile } from "./support/memory-data-file.js";

function readerOf(columns: readonly (readonly number[])[]): SeriesReader {
  const samples = columns[0]?.length ?? 0;
  const data = new Float64Array(samples * columns.length);
  for (const [channel, column] of columns.entries()) {
    for (const [sample, value] of column.entries()) data[sample * columns.length + channel] = value;
  }
  const array: NDArray = { dtype: "float64", shape: [samples, columns.length], data };
  const series: Series = {
    path: "/data",
    dtype: "float64",
    shape: array.shape,
    chunks: undefined,
    samples,
    time: { start: 0, period: 1, unit: "ms" },
    channels: { axis: 1, name: "Channel", length: columns.length },
    planes: [],
    valueName: "data",
  };
  return new SeriesReader(new MemoryDataFile({ "/data": array }), series);
}

async function frameOf(
  reader: SeriesReader,
  channels: readonly number[],
  window: SampleWindow,
  columns: number,
  budget?: number,
): Promise<Frame> {
  const plan = planWindow(reader.grid, [], [0], window, columns, budget === undefined ? {} : { budget });
  reader.want(plan.blocks);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return new Envelope(reader, [], channels, [0], plan.binRows, plan.every).frame(plan);
}

/** Least and largest value, sum and count of a channel, bin for bin. */
const sums = ({ bins }: Frame, index = 0) =>
  bins.map((bin) => (typeof bin === "string" ? bin : [...bin.subarray(4 * index, 4 * index + 4)]));

describe("a window summed up for columns", () => {
  it("has the least and largest values, sums and counts of its bins", async () => {
    const reader = readerOf([
      [1, 2, 3, 4, 5, 6, 7],
      [0, -9, 0, 9, 0, 1, 2],
    ]);
    const frame = await frameOf(reader, [1, 0], { start: 0, count: 7 }, 4);
    expect(sums(frame, 0)).toEqual([
      [-9, 0, -9, 2],
      [0, 9, 9, 2],
      [0, 1, 1, 2],
      [2, 2, 2, 1],
    ]);
    expect(sums(frame, 1)).toEqual([
      [1, 2, 3, 2],
      [3, 4, 7, 2],
      [5, 6, 11, 2],
      [7, 7, 7, 1],
    ]);
  });

  it("loses no peak of a single sample", async () => {
    const values = Array.from({ length: 5000 }, (_, at) => (at === 3217 ? 100 : 0));
    const frame = await frameOf(readerOf([values]), [0], { start: 1000, count: 4000 }, 40);
    expect(sums(frame).filter(([, max]) => max === 100)).toEqual([[0, 100, 100, 100]]);
    expect(sums(frame).findIndex(([, max]) => max === 100)).toBe(22); // (3217 - 1000) / 100
  });

  it("leaves NaN out, and has infinities as ends but not in sums", async () => {
    const frame = await frameOf(
      readerOf([[1, Number.NaN, Number.NaN, Number.NaN, 5, Infinity, -Infinity, 2]]),
      [0],
      { start: 0, count: 8 },
      4,
    );
    expect(sums(frame)).toEqual([
      [1, 1, 1, 1],
      [Infinity, -Infinity, 0, 0],
      [5, Infinity, 5, 1],
      [-Infinity, 2, 2, 1],
    ]);
  });

  it("says which bins are not read yet", () => {
    const reader = readerOf([[1, 2, 3, 4]]);
    const plan = planWindow(reader.grid, [], [0], { start: 0, count: 4 }, 2);
    const frame = new Envelope(reader, [], [0], [0], plan.binRows, plan.every).frame(plan);
    expect(frame.bins).toEqual(["missing", "missing"]);
    expect(frame.isPartial).toBe(true);
  });

  it("is skipped between the blocks of an overview", async () => {
    // Blocks of 8192 samples; an overview of 2 of 8.
    const values = Array.from({ length: 8 * 8192 }, (_, at) => Math.floor(at / 8192));
    const frame = await frameOf(readerOf([values]), [0], { start: 0, count: values.length }, 8, 3 * 65536);
    expect(frame.plan.every).toBe(3);
    expect(sums(frame)).toEqual([
      [0, 0, 0, 8192],
      "skipped",
      "skipped",
      [3, 3, 3 * 8192, 8192],
      "skipped",
      "skipped",
      [6, 6, 6 * 8192, 8192],
      "skipped",
    ]);
  });
});

describe("a window that is read as a whole", () => {
  const values = Array.from({ length: 40_000 }, (_, at) => (at === 20_001 ? 7 : 0));

  it("has the peak that an overview skipped, in bins of any multiple", async () => {
    const reader = readerOf([values, values.map((value) => 2 * value)]);
    const window = { start: 0, count: 40_000 };
    const done: number[] = [];
    const exact = await readExactly(reader, [], [1], window, new AbortController().signal, (bytes) =>
      done.push(bytes),
    );
    expect(done.at(-1)).toBe(40_960 * 16); // whole blocks of 4096 samples of both channels
    // 40,000 samples in at most 8192 bins.
    expect(exact.binRows).toBe(5);
    expect(covers(exact, [], [0, 1], { start: 100, count: 1000 })).toBe(true);
    expect(covers(exact, [1], [0], window)).toBe(false);
    const plan = { ...planWindow(reader.grid, [], [0], window, 4, { binMultiple: 5 }), blocks: [] };
    expect(plan.binRows).toBe(10_000);
    expect(sums(exactFrame(exact, [1, 0], plan), 0)).toEqual([
      [0, 0, 0, 10_000],
      [0, 0, 0, 10_000],
      [0, 14, 14, 10_000],
      [0, 0, 0, 10_000],
    ]);
  });

  it("stops when it is cancelled", async () => {
    const cancel = new AbortController();
    const all = readExactly(
      readerOf([values]),
      [],
      [0],
      { start: 0, count: 40_000 },
      cancel.signal,
      () => undefined,
    );
    cancel.abort();
    await expect(all).rejects.toThrow(/abort/i);
  });
});

describe("statistics of a window", () => {
  it("are of its samples, not of the bins that reach out of it", async () => {
    const reader = readerOf([
      [100, 1, 2, 3, 4, 100],
      [Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 1],
    ]);
    const frame = await frameOf(reader, [0, 1], { start: 1, count: 4 }, 2);
    expect(windowStatistics(reader, frame)).toEqual([
      { channel: 0, min: 1, max: 4, mean: 2.5 },
      { channel: 1, min: Number.NaN, max: Number.NaN, mean: Number.NaN },
    ]);
  });
});
