import { describe, expect, it } from "vitest";
import { REGIONS, seriesRows, seriesShape } from "../src/series.js";

describe("the series", () => {
  it("has as many whole rows as its size has room for, in at most 8 MiB a chunk, and enough chunks for two writers", () => {
    expect(seriesShape(2 ** 31)).toEqual({
      shape: [3_532_045, 1, 76, 1],
      chunks: [13_798, 1, 76, 1],
      bytes: 3_532_045 * 76 * 8,
    });
    expect(seriesShape(2 ** 20)).toMatchObject({ shape: [1724, 1, 76, 1], chunks: [108, 1, 76, 1] });
  });

  it("is the same in parts as in one piece", () => {
    const whole = seriesRows(100, 50);
    expect(whole.shape).toEqual([50, 1, REGIONS, 1]);
    expect(seriesRows(120, 10).data).toEqual(whole.data.slice(20 * REGIONS, 30 * REGIONS));
  });

  it("has noise that does not repeat, and rhythms below it", () => {
    const { data } = seriesRows(0, 2000);
    expect(new Set(data).size).toBe(data.length);
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(data.every((value) => Math.abs(value) < 3 + 0.75)).toBe(true);
  });
});
