import { describe, expect, it } from "vitest";
import type { BlockGrid } from "../src/data/series-blocks.js";
import {
  columnsFor,
  firstWindow,
  fitWindow,
  nextWindow,
  planWindow,
  zoomed,
} from "../src/data/series-window.js";
import { channelsText, parseChannels } from "../src/views/series/series-params.js";

describe("a window of a series", () => {
  it("is moved into the series, and never empty", () => {
    expect(fitWindow({ start: -5, count: 10 }, 100)).toEqual({ start: 0, count: 10 });
    expect(fitWindow({ start: 95, count: 10 }, 100)).toEqual({ start: 90, count: 10 });
    expect(fitWindow({ start: 5, count: 1000 }, 100)).toEqual({ start: 0, count: 100 });
    expect(fitWindow({ start: 5, count: 0 }, 100)).toEqual({ start: 5, count: 1 });
  });

  it("keeps what is under the pointer when it is zoomed, and each step changes it", () => {
    expect(zoomed({ start: 100, count: 100 }, 0.5, 0.25, 1000)).toEqual({ start: 113, count: 50 });
    expect(zoomed({ start: 0, count: 2 }, 0.9, 0.5, 1000)).toMatchObject({ count: 1 });
    expect(zoomed({ start: 10, count: 1 }, 1.1, 0.5, 1000)).toMatchObject({ count: 2 });
    expect(zoomed({ start: 0, count: 1 }, 0.5, 0.5, 1000)).toEqual({ start: 0, count: 1 });
  });

  it("is the whole of a short series at first, and half a MiB of a long one", () => {
    expect(firstWindow(1000, 608)).toEqual({ start: 0, count: 1000 });
    expect(firstWindow(1_000_000, 608)).toEqual({ start: 0, count: 862 });
  });

  it("has a neighbour up to the ends", () => {
    expect(nextWindow({ start: 50, count: 20 }, 1, 100)).toEqual({ start: 70, count: 20 });
    expect(nextWindow({ start: 10, count: 20 }, -1, 100)).toEqual({ start: 0, count: 20 });
    expect(nextWindow({ start: 80, count: 20 }, 1, 100)).toBeUndefined();
  });
});

describe("what is read for a window", () => {
  // 76 channels of float64, as blocks of 100 samples: 60,800 bytes each.
  const grid: BlockGrid = {
    samples: 1_000_000,
    channels: 76,
    channelsPerGroup: 76,
    rowsPerBlock: 100,
    valueBytes: 8,
  };
  const blocksOf = (...args: Parameters<typeof planWindow>) =>
    planWindow(...args).blocks.map(({ index }) => index);

  it("is the blocks of whole bins", () => {
    const plan = planWindow(grid, [0, 0], [0], { start: 1250, count: 1000 }, 100);
    expect(plan.binRows).toBe(10);
    expect(plan.every).toBe(1);
    expect(plan.blocks.map(({ index }) => index)).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22]);
    expect(plan.bytes).toBe(608_000);
    expect(planWindow(grid, [], [0], { start: 1250, count: 50 }, 100).binRows).toBe(1);
  });

  it("is one of every so many blocks where it would be more than 16 MiB", () => {
    const plan = planWindow(grid, [], [0], { start: 0, count: 1_000_000 }, 1000);
    expect(plan.every).toBe(37); // 608,060,800 bytes with a block more, in parts of 16,777,216
    expect(plan.blocks.length * 60_800).toBeLessThanOrEqual(16 * 1024 * 1024);
    expect(plan.blocks.map(({ index }) => index).slice(0, 3)).toEqual([0, 37, 74]);
  });

  it("is as coarse while the window moves", () => {
    const every = [0, 1, 55, 99].map(
      (start) => planWindow(grid, [], [0], { start: 300_000 + start, count: 100_000 }, 1000).every,
    );
    expect(every).toEqual([4, 4, 4, 4]);
  });

  it("is summed up for fewer columns where channels are thousands, so that memory is bounded", () => {
    expect([1, 76, 1024, 16_384].map((channels) => columnsFor(768.5, channels))).toEqual([768, 768, 768, 64]);
    expect(columnsFor(0, 0)).toBe(1);
  });

  it("ends with the series", () => {
    expect(blocksOf({ ...grid, samples: 250 }, [], [0], { start: 0, count: 250 }, 1000)).toEqual([0, 1, 2]);
    expect(blocksOf({ ...grid, samples: 1 }, [], [0], { start: 0, count: 1 }, 1000)).toEqual([0]);
  });
});

describe("channels in the address", () => {
  it("are ranges", () => {
    expect(channelsText([0, 1, 2, 5, 7, 8], 76)).toBe("0-2,5,7-8");
    expect(channelsText([], 76)).toBe("none");
    expect(channelsText([0, 1], 2)).toBe("all");
    expect(parseChannels("7-8,0-2,5", 76)).toEqual([0, 1, 2, 5, 7, 8]);
    expect(parseChannels("74-99999999", 76)).toEqual([74, 75]);
    expect(parseChannels("all", 3)).toEqual([0, 1, 2]);
    expect(parseChannels("none", 3)).toEqual([]);
    expect(parseChannels("first", 3)).toBeUndefined();
    expect(parseChannels("999,2000-3000", 76)).toBeUndefined();
  });
});
