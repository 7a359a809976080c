import type { NDArray } from "@tvb-storage/core/arrays";
import { describe, expect, it } from "vitest";
import type { Series } from "../src/data/series.js";
import { blockGrid } from "../src/data/series-blocks.js";
import { SeriesReader } from "../src/data/series-reader.js";
import { valueAt } from "../src/data/series-statistics.js";
import { MemoryDataFile } from "./support/memory-data-file.js";

/** A series of `samples` x `channels`, whose value is 1000 times the sample plus the channel. */
function ramp(samples: number, channels: number): NDArray {
  const data = Float64Array.from(
    { length: samples * channels },
    (_, at) => 1000 * Math.floor(at / channels) + (at % channels),
  );
  return { dtype: "float64", shape: [samples, channels], data };
}

function seriesOf({ dtype, shape }: NDArray, chunks?: readonly number[]): Series {
  if (dtype === "string") throw new Error("no series");
  return {
    path: "/data",
    dtype,
    shape,
    chunks,
    samples: shape[0] ?? 0,
    time: { start: 0, period: 1, unit: "ms" },
    channels: { axis: 1, name: "Channel", length: shape[1] ?? 1 },
    planes: [],
    valueName: "data",
  };
}

const block = (index: number, group = 0) => ({ plane: [], group, index });
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("blocks", () => {
  it("are about 64 KiB of all channels, or whole chunks", () => {
    const shape = [1_000_000, 76];
    const base = seriesOf({ dtype: "float64", shape, data: new Float64Array() });
    expect(blockGrid(base)).toMatchObject({ channelsPerGroup: 76, rowsPerBlock: 108 });
    expect(blockGrid({ ...base, chunks: [1724, 76] })).toMatchObject({
      channelsPerGroup: 76,
      rowsPerBlock: 1724,
    });
    expect(blockGrid({ ...base, chunks: [10, 76] }).rowsPerBlock).toBe(110);
    // A chunk of everything is not read as one block.
    expect(blockGrid({ ...base, chunks: [1_000_000, 76] }).rowsPerBlock).toBe(6898);
  });

  it("have some channels of a wide series, in whole chunks", () => {
    const wide = seriesOf({ dtype: "float32", shape: [1000, 16384], data: new Float32Array() });
    expect(blockGrid(wide)).toMatchObject({ channelsPerGroup: 1024, rowsPerBlock: 16 });
    expect(blockGrid({ ...wide, chunks: [100, 300] })).toMatchObject({
      channelsPerGroup: 900,
      rowsPerBlock: 100,
    });
  });
});

describe("a series that is read", () => {
  it("gives blocks that follow each other in one read, once", async () => {
    const file = new MemoryDataFile({ "/data": ramp(1000, 76) });
    const reader = new SeriesReader(file, seriesOf(ramp(1000, 76)));
    reader.want([block(2), block(3), block(4), block(7)]);
    await settled();
    expect(file.reads.map(({ options }) => options.selection)).toEqual([
      [
        { start: 216, stop: 540, step: 1 },
        { start: 0, stop: 76, step: 1 },
      ],
      [
        { start: 756, stop: 864, step: 1 },
        { start: 0, stop: 76, step: 1 },
      ],
    ]);
    expect(valueAt(reader, [], 217, 3)).toBe(217_003);
    expect(valueAt(reader, [], 539, 75)).toBe(539_075);
    expect(valueAt(reader, [], 540, 0)).toBeUndefined();
    expect(reader.bytesRead).toBe(4 * 108 * 608);
    reader.want([block(3)]);
    await settled();
    expect(file.reads).toHaveLength(2);
  });

  it("cancels what is not wanted any more, and goes on with what is", async () => {
    const file = new MemoryDataFile({ "/data": ramp(10_000, 76) });
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    file.gate = () => opened;
    const reader = new SeriesReader(file, seriesOf(ramp(10_000, 76)));
    reader.want([block(0), block(10)]);
    reader.want([block(10), block(11)]);
    expect(file.reads.map(({ options }) => options.signal?.aborted)).toEqual([true, false, false]);
    open();
    await settled();
    expect(reader.failure).toBeUndefined();
    expect([0, 10, 11].map((index) => reader.block(block(index)) !== undefined)).toEqual([false, true, true]);
  });

  it("keeps no more than the bound, the ones used last", async () => {
    const file = new MemoryDataFile({ "/data": ramp(1080, 76) });
    const bytes = 108 * 608;
    const reader = new SeriesReader(file, seriesOf(ramp(1080, 76)), { cacheBytes: 3 * bytes });
    for (const index of [0, 1, 2]) {
      reader.want([block(index)]);
      await settled();
    }
    reader.block(block(0));
    reader.want([block(3)]);
    await settled();
    expect([0, 1, 2, 3].map((index) => reader.block(block(index)) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(reader.held).toBe(3 * bytes);
  });

  it("says why a block could not be read, and tries again when it is asked to", async () => {
    const file = new MemoryDataFile({});
    const reader = new SeriesReader(file, seriesOf(ramp(1080, 76)));
    reader.want([block(0)]);
    await settled();
    expect(String(reader.failure)).toContain("there is no /data");
    reader.want([block(1)]);
    expect(file.reads).toHaveLength(1);
    reader.retry();
    expect(file.reads).toHaveLength(2);
    await settled();
  });

  it("has integers of 64 bits as they are, and complex numbers by their magnitude", async () => {
    const integers: NDArray = {
      dtype: "int64",
      shape: [2, 1],
      data: BigInt64Array.of(2n ** 53n, 2n ** 53n + 1n),
    };
    const exact = new SeriesReader(new MemoryDataFile({ "/data": integers }), seriesOf(integers));
    exact.want([block(0)]);
    const complex: NDArray = { dtype: "complex128", shape: [1, 2], data: Float64Array.of(3, 4, 0, -2) };
    const magnitude = new SeriesReader(new MemoryDataFile({ "/data": complex }), seriesOf(complex));
    magnitude.want([block(0)]);
    await settled();
    expect(valueAt(exact, [], 1, 0)).toBe(9007199254740993n);
    expect([valueAt(magnitude, [], 0, 0), valueAt(magnitude, [], 0, 1)]).toEqual([5, 2]);
  });

  it("takes one index of state variable and mode", async () => {
    const array: NDArray = {
      dtype: "int8",
      shape: [2, 2, 2, 2],
      data: Int8Array.from({ length: 16 }, (_, at) => at),
    };
    const reader = new SeriesReader(new MemoryDataFile({ "/data": array }), {
      ...seriesOf(array),
      channels: { axis: 2, name: "Region", length: 2 },
      planes: [
        { axis: 1, name: "State Variable", length: 2 },
        { axis: 3, name: "Mode", length: 2 },
      ],
    });
    reader.want([{ plane: [1, 0], group: 0, index: 0 }]);
    await settled();
    // numpy: np.arange(16).reshape(2, 2, 2, 2)[:, 1, :, 0]
    expect([0, 1].map((sample) => [0, 1].map((channel) => valueAt(reader, [1, 0], sample, channel)))).toEqual(
      [
        [4, 6],
        [12, 14],
      ],
    );
  });
});
