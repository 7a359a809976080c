import { describe, expect, it } from "vitest";
import { type CrashOptions, enumerateCrashPoints } from "./crash-points.js";
import { SCENARIOS } from "./scenarios.js";

/** The others, and every kind of cut, are in crash-points.deep.test.ts and power-cuts.deep.test.ts. */
const SOME: readonly (readonly [name: string, options: CrashOptions])[] = [
  ["appending along the first axis", { effects: ["half"] }],
  ["appends kept open, then closed", {}],
  ["removing datasets and groups", { effects: ["none"] }],
  ["setting, replacing and removing metadata", { effects: ["half"] }],
  ["booleans, which are edited into the structures after HDF5 closed", { effects: ["none"] }],
  [
    "metadata of a node that is not there yet",
    { durability: "power", effects: ["half"], powerLoss: ["synced", { seed: 1 }] },
  ],
  [
    "the file gets shorter: what is at its end is removed",
    { durability: "power", effects: ["whole"], powerLoss: ["synced", { seed: 2 }] },
  ],
];

describe("a process that dies in any call of the file system", () => {
  it.each(SOME)("leaves the last commit or the one being made: %s", async (name, options) => {
    const scenario = SCENARIOS.find((one) => one.name === name);
    if (scenario === undefined) throw new RangeError(name);
    const { points } = await enumerateCrashPoints(scenario, options);
    expect(points).toBeGreaterThan(15);
  });
});
