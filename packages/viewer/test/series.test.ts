import type { NDArray } from "@tvb-storage/core/arrays";
import { describe, expect, it } from "vitest";
import { summaryOf } from "../src/data/file-summary.js";
import { describeSeries, type Series, seriesNode } from "../src/data/series.js";
import { bytesText, plain, sampleAtTime, timeOfSample, valueText } from "../src/data/series-time.js";
import { MemoryDataFile, scalar } from "./support/memory-data-file.js";

const zeros = (...shape: number[]): NDArray => ({
  dtype: "float64",
  shape,
  data: new Float64Array(shape.reduce((product, length) => product * length, 1)),
});

async function summaryFor(
  data: MemoryDataFile,
  name = "TimeSeriesRegion_00000000000000000000000000000001.h5",
) {
  const none = () => Promise.reject(new Error("not read here"));
  return summaryOf({ id: name, path: name, location: name, bytes: none, data: none }, data);
}

async function seriesOf(data: MemoryDataFile, chosen?: string): Promise<Series> {
  const summary = await summaryFor(data);
  const node = seriesNode(summary, chosen);
  if (node === undefined) throw new Error("no series");
  return describeSeries(data, summary, node);
}

describe("what a series is", () => {
  it("is time, state variable, space and mode in files of The Virtual Brain, with their names", async () => {
    const file = new MemoryDataFile(
      { "/data": zeros(5, 2, 3, 1) },
      {
        sample_period: scalar(0.5),
        sample_period_unit: scalar("s"),
        start_time: scalar(10),
        labels_ordering: scalar('["Time", "State Variable", "Region", "Mode"]'),
        labels_dimensions: scalar('{"State Variable": ["V", "W"], "Region": ["a", "b", "c"]}'),
      },
    );
    expect(await seriesOf(file)).toMatchObject({
      path: "/data",
      samples: 5,
      time: { start: 10, period: 0.5, unit: "s" },
      channels: { axis: 2, name: "Region", length: 3, labels: ["a", "b", "c"] },
      planes: [
        { axis: 1, name: "State Variable", labels: ["V", "W"] },
        { axis: 3, name: "Mode", length: 1 },
      ],
    });
  });

  it("has the attributes of version 1 with capital letters, and ms where no unit is said", async () => {
    const file = new MemoryDataFile(
      { "/data": zeros(4, 1, 2, 1) },
      { Sample_period: scalar(2), Start_time: scalar(-1) },
    );
    expect((await seriesOf(file)).time).toEqual({ start: -1, period: 2, unit: "ms" });
  });

  it("is time and channel with two axes, and time alone with one", async () => {
    const file = new MemoryDataFile({ "/data": zeros(4, 3), "/one": zeros(9) });
    expect(await seriesOf(file)).toMatchObject({
      channels: { axis: 1, name: "Channel", length: 3 },
      planes: [],
    });
    const one = await seriesOf(file, "/one");
    expect(one).toMatchObject({ samples: 9, planes: [] });
    expect(one.channels).toBeUndefined();
  });

  it("takes regular times from /time", async () => {
    const times: NDArray = { dtype: "float64", shape: [4], data: Float64Array.of(3, 3.25, 3.5, 3.75) };
    const file = new MemoryDataFile({ "/data": zeros(4, 2), "/time": times });
    expect((await seriesOf(file)).time).toEqual({ start: 3, period: 0.25, unit: "ms" });
  });

  it("takes times from /time where they are others than those of the sample period", async () => {
    const axisOf = async (times: readonly number[]) => {
      const stored: NDArray = { dtype: "float64", shape: [4], data: Float64Array.from(times) };
      const attributes = { sample_period: scalar(0.5), start_time: scalar(0) };
      return (await seriesOf(new MemoryDataFile({ "/data": zeros(4, 2), "/time": stored }, attributes))).time;
    };
    const given = { start: 0, period: 0.5, unit: "ms" };
    expect(await axisOf([0, 0.5, 1, 1.5 + 1e-12])).toEqual(given);
    expect(await axisOf([0.5, 1, 1.5, 2])).toEqual({ ...given, start: 0.5 });
    expect(await axisOf([7, 9, 11, 13])).toEqual({ ...given, start: 7, period: 2 });
    const note = "the times of /time are not regular";
    expect(await axisOf([0, 0, 0, 0])).toEqual({ ...given, note });
    expect(await axisOf([0, 1, 8, 9])).toEqual({ ...given, note });
  });

  it("counts samples where times are irregular, or where nothing is said of them", async () => {
    const times: NDArray = { dtype: "float64", shape: [4], data: Float64Array.of(0, 1, 8, 9) };
    const irregular = await seriesOf(new MemoryDataFile({ "/data": zeros(4, 2), "/time": times }));
    expect(irregular.time).toEqual({
      start: 0,
      period: 1,
      unit: "samples",
      note: "the times of /time are not regular",
    });
    const nothing = await seriesOf(new MemoryDataFile({ "/data": zeros(4, 2) }));
    expect(nothing.time).toEqual({ start: 0, period: 1, unit: "samples" });
    const wrong = await seriesOf(new MemoryDataFile({ "/data": zeros(4, 2) }, { sample_period: scalar(0) }));
    expect(wrong.time).toMatchObject({ unit: "samples", note: "the sample period of 0 is no time step" });
  });

  it("is nothing of other datatypes, no text, and of unknown files what is long", async () => {
    const file = new MemoryDataFile({
      "/data": zeros(300, 4),
      "/labels": { dtype: "string", shape: [1], data: ["a"] },
      "/square": zeros(300, 300),
    });
    const paths = async (name: string) => {
      const again = new MemoryDataFile(file.arrays);
      const summary = await summaryFor(again, name);
      return [undefined, "/data", "/labels", "/square"].map((chosen) => seriesNode(summary, chosen)?.path);
    };
    const gid = "00000000000000000000000000000001";
    expect(await paths(`TimeSeriesEEG_${gid}.h5`)).toEqual(["/data", "/data", undefined, "/square"]);
    expect(await paths(`Connectivity_${gid}.h5`)).toEqual([undefined, undefined, undefined, undefined]);
    expect(await paths("measured.h5")).toEqual([undefined, "/data", undefined, undefined]);
  });
});

describe("times and values as texts", () => {
  it("are those of samples", () => {
    const axis = { start: 100, period: 0.1, unit: "ms" };
    expect(plain(timeOfSample(axis, 3))).toBe("100.3");
    expect(sampleAtTime(axis, 100.26)).toBe(3);
  });

  it("have the digits that matter", () => {
    expect([12_345_678, 12_345_678.5, 2 ** 60].map(valueText)).toEqual([
      "12345678",
      "1.2346e+7",
      "1.1529e+18",
    ]);
    const values = [1234, 0.12345678, -1.5e-9, Number.NaN, Infinity, -Infinity, 2n ** 53n + 1n, undefined];
    expect(values.map((value) => valueText(value))).toEqual([
      "1234",
      "0.12346",
      "-1.5e-9",
      "no value",
      "∞",
      "−∞",
      "9007199254740993",
      "not read",
    ]);
    expect([512, 1536, 608_000_000].map(bytesText)).toEqual(["512 B", "1.5 KiB", "580 MiB"]);
  });
});
