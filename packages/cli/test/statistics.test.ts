import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { NDArray } from "@tvb-storage/core";
import { writeNpy } from "@tvb-storage/core/internal";
import { describe, expect, test } from "vitest";
import { describeWith, numpy } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { type Statistics, statisticsOf } from "../src/show/stats/statistics.js";
import { viewOf } from "./support/view-of.js";

const folder = temporaryFolder("statistics");

async function statistics(array: NDArray): Promise<Statistics> {
  const found = statisticsOf(array.dtype);
  for await (const block of viewOf(array).blocks()) found.add(block);
  return found.result();
}

const float64 = (...data: number[]): NDArray => ({
  dtype: "float64",
  shape: [data.length],
  data: Float64Array.from(data),
});

describe("statisticsOf", () => {
  test.each<[name: string, array: NDArray, found: Statistics]>([
    [
      "floats",
      float64(1, 2, Number.NaN, 0, -3),
      { count: 5, nan: 1, zeros: 1, min: -3, max: 2, mean: 0, std: Math.sqrt(3.5) },
    ],
    ["nothing", float64(), { count: 0, nan: 0, zeros: 0, min: null, max: null, mean: null, std: null }],
    [
      "NaN alone",
      float64(Number.NaN),
      { count: 1, nan: 1, zeros: 0, min: null, max: null, mean: null, std: null },
    ],
    [
      "infinities",
      float64(1, Number.POSITIVE_INFINITY),
      {
        count: 2,
        nan: 0,
        zeros: 0,
        min: 1,
        max: Number.POSITIVE_INFINITY,
        mean: Number.POSITIVE_INFINITY,
        std: Number.NaN,
      },
    ],
    [
      "numbers whose sum is too large",
      float64(1.5e308, 1.7e308),
      {
        count: 2,
        nan: 0,
        zeros: 0,
        min: 1.5e308,
        max: 1.7e308,
        mean: 1.6e308,
        std: Number.POSITIVE_INFINITY,
      },
    ],
    [
      "bytes",
      { dtype: "uint8", shape: [3], data: Uint8Array.of(0, 1, 5) },
      { count: 3, zeros: 1, min: 0, max: 5, mean: 2, std: Math.sqrt(14 / 3) },
    ],
    ["bools", { dtype: "bool", shape: [3], data: Uint8Array.of(0, 1, 1) }, { count: 3, true: 2, false: 1 }],
    ["texts", { dtype: "string", shape: [3], data: ["", "🧠☃", "a"] }, { count: 3, empty: 1, longest: 2 }],
    [
      "64-bit integers",
      { dtype: "int64", shape: [3], data: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 0n) },
      {
        count: 3,
        zeros: 1,
        min: -(2n ** 63n),
        max: 2n ** 63n - 1n,
        mean: -1 / 3,
        std: expect.closeTo(7.53e18, -17),
      },
    ],
    [
      "64-bit integers without sign",
      { dtype: "uint64", shape: [2], data: BigUint64Array.of(2n ** 64n - 1n, 2n ** 64n - 1n) },
      { count: 2, zeros: 0, min: 2n ** 64n - 1n, max: 2n ** 64n - 1n, mean: 2 ** 64, std: 0 },
    ],
    [
      "complex numbers",
      { dtype: "complex128", shape: [3], data: Float64Array.of(3, 4, 0, 0, Number.NaN, 7) },
      { count: 3, nan: 1, zeros: 1, "min |z|": 0, "max |z|": 5, mean: [1.5, 2], std: 2.5 },
    ],
  ])("counts %s", async (_, array, found) => {
    expect(await statistics(array)).toEqual(found);
  });

  test("keeps what is small beside what is large", async () => {
    const data = Float64Array.from({ length: 100_001 }, (_, at) => 1e9 + (at % 2 === 0 ? 1 : -1) * 1e-3);
    const { mean, std } = await statistics({ dtype: "float64", shape: [data.length], data });
    expect(mean).toBeCloseTo(1e9, 6);
    expect(std).toBeCloseTo(1e-3, 6);
  });
});

const JUDGE = `
import json, sys, numpy as np
a = np.load(sys.argv[1])
b = a[~np.isnan(a)] if a.dtype.kind in "fc" else a
f = b.astype("complex128" if a.dtype.kind == "c" else "float64")
print(json.dumps([int(a.size), int((a == 0).sum()), complex(f.mean()).real, float(f.std()), str(abs(b).min() if a.dtype.kind == "c" else b.min())]))
`;

describeWith(numpy)("numpy finds the same", () => {
  const wave = (at: number) => Math.sin(at * at) * 1000 + (at % 11 === 0 ? Number.NaN : 0);
  test.each<[NDArray]>([
    [{ dtype: "float64", shape: [9000], data: Float64Array.from({ length: 9000 }, (_, at) => wave(at)) }],
    [{ dtype: "float32", shape: [9000], data: Float32Array.from({ length: 9000 }, (_, at) => wave(at)) }],
    [{ dtype: "complex64", shape: [4500], data: Float32Array.from({ length: 9000 }, (_, at) => wave(at)) }],
    [{ dtype: "int16", shape: [9000], data: Int16Array.from({ length: 9000 }, (_, at) => wave(at)) }],
    [
      {
        dtype: "int64",
        shape: [9000],
        data: BigInt64Array.from({ length: 9000 }, (_, at) => BigInt(at * at - 77)),
      },
    ],
    [
      {
        dtype: "uint64",
        shape: [9000],
        data: BigUint64Array.from({ length: 9000 }, (_, at) => BigInt(at * at)),
      },
    ],
  ])("of $dtype", async (array) => {
    const parts: Uint8Array[] = [];
    await writeNpy(async (bytes) => void parts.push(bytes), viewOf(array));
    writeFileSync(folder("a.npy"), Buffer.concat(parts));
    const judged = JSON.parse(
      execFileSync(numpy.command, ["-c", JUDGE, folder("a.npy")], { encoding: "utf8" }),
    );
    const { count, zeros, mean, std, min = null, "min |z|": least = min } = await statistics(array);
    const real = Array.isArray(mean) ? mean[0] : mean;
    expect([count, zeros]).toEqual(judged.slice(0, 2));
    expect(real).toBeCloseTo(judged[2], 3);
    expect(std).toBeCloseTo(judged[3], 3);
    expect(Number(least)).toBeCloseTo(Number(judged[4]), 3);
  });
});
