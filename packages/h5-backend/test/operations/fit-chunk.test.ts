import { statSync } from "node:fs";
import type { NDArray } from "@tvb-storage/core";
import { growingLevels } from "@tvb-storage/core/internal";
import { describe, expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { h5py, itWith } from "../../../../test/support/judges.js";
import { compact, HDF5StorageManager, verify } from "../../src/index.js";

const file = temporaryFolder();

async function chunksOf(m: HDF5StorageManager, path = "/d"): Promise<readonly number[] | null | undefined> {
  return (await m.listNodes()).find((node) => node.path === path)?.chunks;
}

/** Numbers from `start` on. */
function count(start: number, length: number): number[] {
  return Array.from({ length }, (_, i) => start + i);
}

describe("a dataset that grows", () => {
  it.each<[what: string, rows: NDArray | number[] | string[] | boolean[], growDimension: number]>([
    ["a number", [1], 0],
    ["a text", ["a"], 0],
    ["a boolean", [true], 0],
    ["a row of two numbers", { dtype: "float64", shape: [1, 2], data: Float64Array.of(1, 2) }, 0],
    ["a column of two numbers", { dtype: "float64", shape: [2, 1], data: Float64Array.of(1, 2) }, 1],
  ])("takes at most 16 KiB after a first append of %s", async (what, rows, growDimension) => {
    for (const closeFile of [true, false]) {
      const path = file(`first ${what} ${closeFile}.h5`);
      const m = new HDF5StorageManager(path);
      await m.appendData(rows, "d", { growDimension, closeFile });
      await m.closeFile();
      expect(statSync(path).size).toBeLessThanOrEqual(16 * 1024);
      expect(await verify(path)).toEqual([]);
    }
  });

  it("has longer chunks when it outgrows them, and keeps its content, metadata and links", async () => {
    const path = file("grows.h5");
    const m = new HDF5StorageManager(path);
    await m.appendData([0], "d");
    await m.setMetadata({ unit: "mV" }, "d");
    expect(await chunksOf(m)).toEqual([513]);
    await m.appendData(count(1, 512), "d");
    expect(await chunksOf(m)).toEqual([513]);
    await m.appendData([513], "d");
    expect(await chunksOf(m)).toEqual([8193]);
    await m.appendData(count(514, 8000), "d");
    expect(await chunksOf(m)).toEqual([131_073]);
    await m.appendData(count(8514, 200_000), "d");
    expect(await chunksOf(m)).toEqual([131_073]);
    expect((await m.getData("d")).data).toEqual(Float64Array.from(count(0, 208_514)));
    expect(await m.getMetadata("d")).toEqual({ unit: "mV" });
    expect(await verify(path)).toEqual([]);
  });

  it("goes from its first chunk to the last length at once where that is needed", async () => {
    const m = new HDF5StorageManager(file("jumps.h5"));
    await m.appendData([0], "d");
    await m.appendData(count(1, 300_000), "d");
    expect(await chunksOf(m)).toEqual([131_073]);
    expect((await m.getData("d")).data).toEqual(Float64Array.from(count(0, 300_001)));
  });

  it("has chunks of full size at once where the first rows fill one", async () => {
    const m = new HDF5StorageManager(file("large.h5"));
    await m.appendData(count(0, 131_073), "d");
    expect(await chunksOf(m)).toEqual([131_073]);
  });

  it.each([[[513]], [[8193]], [[1]], [[4]]])("keeps chunks of %j that were asked for", async (chunks) => {
    const m = new HDF5StorageManager(file(`asked for ${chunks}.h5`));
    for (let i = 0; i < 3; i++) await m.appendData(count(i * 4000, 4000), "d", { chunks });
    expect(await chunksOf(m)).toEqual(chunks);
    expect((await m.getData("d")).data).toEqual(Float64Array.from(count(0, 12_000)));
  });

  it.each([0, 1, 2])(
    "keeps its elements in place when axis %d grows, beside another dataset",
    async (axis) => {
      const m = new HDF5StorageManager(file(`axis ${axis}.h5`));
      const shape = [2, 3, 4].map((length, i) => (i === axis ? 1 : length));
      const size = shape.reduce((product, length) => product * length, 1);
      const steps = 700;
      for (let i = 0; i < steps; i++) {
        const data = Float64Array.from(count(i * size, size));
        await m.appendData({ dtype: "float64", shape, data }, "d", { growDimension: axis });
        if (i % 100 === 0) await m.appendData([`step ${i}`], "labels");
      }
      const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
      const outer = size / inner;
      const expected = Float64Array.from({ length: steps * size }, (_, at) => {
        const [o, t, k] = [Math.floor(at / (steps * inner)), Math.floor(at / inner) % steps, at % inner];
        return t * size + o * inner + k;
      });
      expect(outer).toBeGreaterThan(0);
      expect((await m.getData("d")).data).toEqual(expected);
      expect((await m.getData("labels")).data).toEqual(count(0, 7).map((i) => `step ${i * 100}`));
      expect(await verify(m.path)).toEqual([]);
    },
  );

  it("grows on after it was compacted", async () => {
    const m = new HDF5StorageManager(file("compacted.h5"));
    await m.storeData(count(0, 5000), "gone");
    await m.appendData([0], "d");
    await m.removeData("gone");
    await compact(m.path);
    await m.appendData(count(1, 600), "d");
    expect(await chunksOf(m)).toEqual([8193]);
    expect((await m.getData("d")).data).toEqual(Float64Array.from(count(0, 601)));
  });

  it("is streamed on when its chunks become longer meanwhile", async () => {
    const m = new HDF5StorageManager(file("streamed.h5"));
    await m.appendData(count(0, 500), "d");
    const seen: number[] = [];
    for await (const { block } of m.streamData("d", { blockBytes: 8 * 250 })) {
      seen.push(...Array.from(block.data, Number));
      await m.appendData(count(500, 100), "d");
    }
    expect(seen).toEqual(count(0, 500));
  });

  it("leaves the chunk as it was where the append fails", async () => {
    const m = new HDF5StorageManager(file("fails.h5"));
    await m.appendData([0], "d");
    await expect(m.appendData([[1]], "d")).rejects.toThrow("do not fit");
    expect(await chunksOf(m)).toEqual([513]);
    expect((await m.getData("d")).data).toEqual(Float64Array.of(0));
  });

  itWith(h5py)("is read and extended by h5py at each of its sizes", async () => {
    const m = new HDF5StorageManager(file("h5py.h5"));
    let length = 0;
    for (const rows of [1, 512, 1, 8000, 1, 130_000]) {
      await m.appendData(count(length, rows), "d");
      length += rows;
      const output = runPython(
        `
with h5py.File(sys.argv[1], "r+") as f:
    d = f["d"]
    n = d.shape[0]
    ok = bool((d[:] == np.arange(n)).all())
    d.resize((n + 3,)); d[n:] = np.arange(n, n + 3)
    print(json.dumps([ok, n, d.chunks]))`,
        m.path,
      );
      expect(JSON.parse(output).slice(0, 2)).toEqual([true, length]);
      length += 3;
    }
    expect((await m.getData("d")).data).toEqual(Float64Array.from(count(0, length)));
  });
});

describe("growingLevels", () => {
  const numbers = { growAxis: 0, itemBytes: 8, filtered: false };

  it("are lengths of about 4 KiB, 64 KiB and 1 MiB", () => {
    expect(growingLevels({ ...numbers, shape: [0] })).toEqual([513, 8193, 131_073]);
    expect(growingLevels({ ...numbers, shape: [0, 76] })).toEqual([7, 108, 1725]);
  });

  it("are fewer where a step is large, and the default alone where it is cut", () => {
    expect(growingLevels({ ...numbers, shape: [0, 1000] })).toEqual([9, 132]);
    expect(growingLevels({ ...numbers, shape: [0, 10_000] })).toEqual([14]);
    expect(growingLevels({ ...numbers, shape: [0, 200_000] })).toEqual([2]);
  });
});
