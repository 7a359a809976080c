import { describe, expect, test } from "vitest";
import { type BenchCase, type Mode, modesOf, toOriginal } from "../src/bench-case.js";
import { benchCases, suites } from "../src/cases/index.js";
import { floors } from "../src/floors/index.js";
import type { CaseResult } from "../src/harness.js";
import { markdown } from "../src/report.js";
import { isInMean, type Mean, meanRatio, verdicts } from "../src/verdicts.js";

const one: BenchCase = {
  name: "store",
  title: "store it",
  full: {},
  quick: {},
  rounds: 3,
  python: ["h5py-original"],
  limits: [toOriginal(0.5, 1)],
  ours: () => ({ run: () => undefined }),
};

/** Ours takes `ms` in each round, h5py 100. */
function measured(mode: Mode, ms: readonly number[], wasm = 0): CaseResult {
  return {
    name: "store",
    mode,
    title: "store it",
    rounds: ms.length,
    load: 0,
    contenders: [
      {
        name: "ours",
        series: { ms, cpu: ms.map((each) => 2 * each), wasm: ms.map(() => wasm), peak: ms.map(() => 65) },
      },
      { name: "h5py-original", series: { ms: ms.map(() => 100), peak: ms.map(() => 50) } },
      { name: "floor", series: { ms: ms.map(() => 10), peak: ms.map(() => 44) } },
    ],
  };
}

describe("a limit", () => {
  test("is another one in each mode", () => {
    expect(verdicts(one, measured("warm", [80, 70, 90])).map(({ atMost, found }) => [atMost, found])).toEqual(
      [[0.5, 0.8]],
    );
    expect(
      verdicts(one, measured("fresh", [80, 70, 90])).map(({ atMost, found }) => [atMost, found]),
    ).toEqual([[1, 0.8]]);
  });

  test("without a peer is one of the worst round", () => {
    const bounded: BenchCase = { ...one, limits: [{ measure: "ms", atMost: { warm: 75 } }] };
    expect(verdicts(bounded, measured("warm", [70, 90, 80]))[0]?.found).toBe(90);
    expect(verdicts(bounded, measured("fresh", [70, 90, 80]))).toEqual([]);
  });

  test("to a peer that is absent has no ratio", () => {
    const result = measured("warm", [1]);
    const contenders = result.contenders.filter(({ name }) => name === "ours");
    expect(verdicts(one, { ...result, contenders })[0]?.found).toBeUndefined();
  });
});

describe("the mean of ratios", () => {
  const mean: Mean = { title: "h5py", peers: ["h5py-original"], measure: "ms", atMost: {} };

  test("is the geometric one, of the cases that have the peer and the measure", () => {
    expect(meanRatio([measured("warm", [200]), measured("warm", [50])], mean)).toEqual({ mean: 1, count: 2 });
    expect(meanRatio([], mean)).toBeUndefined();
    expect(meanRatio([measured("warm", [200])], { ...mean, peers: ["zarr"] })).toBeUndefined();
    expect(meanRatio([measured("warm", [200])], { ...mean, measure: "whole" })).toBeUndefined();
  });

  test("can leave out cases without a limit to its peer", () => {
    const without = { ...one, limits: [{ measure: "ms", atMost: { warm: 75 } }] };
    expect([one, without].map((each) => isInMean(each, { ...mean, limited: true }))).toEqual([true, false]);
    expect([one, without].map((each) => isInMean(each, mean))).toEqual([true, true]);
  });
});

describe("the report", () => {
  const text = markdown([one], [measured("warm", [80]), measured("fresh", [120], 1)], "for a test");
  const rows = text.split("\n").filter((line) => line.startsWith("| store"));

  test("has a row for each mode, with the threads used and whether HDF5 was loaded", () => {
    expect(rows[0]).toBe(
      "| store it | 80.0 ms (80.0 to 80.0) | 2.0 | no | 100 ms (0.80; 0.80 to 0.80) | 10.0 ms (8.00; 8.00 to 8.00) | 0.5 | **no (0.80)** |",
    );
    expect(rows[1]).toContain("| 2.0 | **yes** | 100 ms (1.20; 1.20 to 1.20) |");
    expect(rows[1]).toMatch(/\| 1 \| \*\*no \(1\.20\)\*\* \|$/);
  });

  test("has the memory of fresh processes, at most the floor and 20 MiB", () => {
    expect(rows[2]).toBe("| store | 65 | 64 | **no** | 50 | 44 |");
  });

  test("has a column for each peer that some case has", () => {
    expect(text).toContain(
      "| case | ours | threads | WebAssembly | h5py, original's manner | floor (bare node:fs) | at most",
    );
  });

  test("has the duration with the start of the process for fresh ones", () => {
    const whole: BenchCase = { ...one, units: { ms: "ms", whole: "ms" } };
    const found = markdown([whole], [measured("warm", [80]), measured("fresh", [120])], "for a test");
    expect(found.split("\n").filter((line) => line.startsWith("|  · whole"))).toHaveLength(1);
  });

  test("has the mean of each mode", () => {
    expect(text).toContain("1 cases: 0.80, at most 0.4: **no**");
    expect(text).toContain("1 cases: 1.20, at most 0.7: **no**");
  });
});

describe("the cases", () => {
  test("have names of their own", () => {
    expect(new Set(benchCases.map(({ name }) => name)).size).toBe(benchCases.length);
  });

  test("have a floor each, but for archives", () => {
    const calls = benchCases.filter((each) => !("program" in each)).map(({ name }) => name);
    expect(calls.filter((name) => floors[name] === undefined)).toEqual(["zip", "unzip"]);
    expect(Object.keys(floors).filter((name) => !calls.includes(name))).toEqual([]);
  });

  test("are each in one suite", () => {
    expect([...suites.latest, ...suites.zarr].map(({ name }) => name).sort()).toEqual(
      benchCases.map(({ name }) => name).sort(),
    );
    expect(suites.zarr.every(({ python }) => !python.includes("h5py-original"))).toBe(true);
  });

  test("are measured in both modes, whole programs in new processes alone", () => {
    for (const each of benchCases)
      expect(modesOf(each)).toEqual("program" in each ? ["fresh"] : ["warm", "fresh"]);
  });
});
