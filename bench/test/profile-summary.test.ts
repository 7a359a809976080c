import { describe, expect, test } from "vitest";
import { summarise } from "../src/profile-summary.js";

const ZIP = "file:///somewhere/packages/zip/dist/unpack.js";
const CORE = "file:///somewhere/packages/core/dist/blocks.js";
const YAUZL = "file:///somewhere/node_modules/yauzl/index.js";

interface Node {
  readonly call: readonly [functionName: string, url: string, lineNumber: number];
  readonly children?: readonly number[];
}

/** A profile as V8 writes it: the nodes have the numbers 1, 2, ...; each sample is a node and its microseconds. */
function profile(
  nodes: readonly Node[],
  samples: readonly (readonly [node: number, time: number])[],
): string {
  return JSON.stringify({
    nodes: nodes.map(({ call: [functionName, url, lineNumber], children }, i) => ({
      id: i + 1,
      callFrame: { functionName, scriptId: "0", url, lineNumber, columnNumber: 0 },
      ...(children === undefined ? {} : { children }),
    })),
    startTime: 0,
    endTime: samples.reduce((sum, [, time]) => sum + time, 0),
    samples: samples.map(([node]) => node),
    timeDeltas: samples.map(([, time]) => time),
  });
}

const tree: readonly Node[] = [
  { call: ["(root)", "", -1], children: [2, 5, 6, 7] },
  { call: ["unpack", ZIP, 41], children: [3] },
  { call: ["", CORE, 9], children: [4] },
  { call: ["crc", YAUZL, 0] },
  { call: ["(garbage collector)", "", -1] },
  { call: ["wasm-function[7]", "wasm://wasm/0001", 0], children: [8] },
  { call: ["dispatch", "", -1] },
  { call: ["wasm-function[8]", "wasm://wasm/0001", 0] },
];

describe("the summary of a profile", () => {
  test("says the time in each function itself, the longest first, lines counted from 1", () => {
    const { self } = summarise(
      profile(tree, [
        [2, 10],
        [3, 20],
        [4, 60],
        [2, 5],
        [5, 5],
      ]),
    );
    expect(self).toEqual([
      { where: "crc yauzl/index.js:1", percent: 60 },
      { where: "(anonymous) core/dist/blocks.js:10", percent: 20 },
      { where: "unpack zip/dist/unpack.js:42", percent: 15 },
      { where: "(garbage collector)", percent: 5 },
    ]);
  });

  test("counts for a function of ours what it called, and for others nothing", () => {
    const { total } = summarise(
      profile(tree, [
        [2, 10],
        [3, 20],
        [4, 60],
        [5, 10],
      ]),
    );
    expect(total).toEqual([
      { where: "unpack zip/dist/unpack.js:42", percent: 90 },
      { where: "(anonymous) core/dist/blocks.js:10", percent: 80 },
    ]);
  });

  test("counts a function once for a sample, however often it is on the stack", () => {
    const recursive: readonly Node[] = [
      { call: ["(root)", "", -1], children: [2] },
      { call: ["walk", CORE, 4], children: [3] },
      { call: ["walk", CORE, 4] },
    ];
    const { self, total } = summarise(
      profile(recursive, [
        [2, 30],
        [3, 70],
      ]),
    );
    expect(self).toEqual([{ where: "walk core/dist/blocks.js:5", percent: 100 }]);
    expect(total).toEqual(self);
  });

  test("takes all functions of a WASM module together, and leaves the profiler's own commands out", () => {
    const { self } = summarise(
      profile(tree, [
        [6, 10],
        [8, 30],
        [7, 1000],
        [4, 60],
      ]),
    );
    expect(self).toEqual([
      { where: "crc yauzl/index.js:1", percent: 60 },
      { where: "HDF5 (wasm)", percent: 40 },
    ]);
  });

  test("takes times that run backwards, which V8 writes at times, for none", () => {
    const { self } = summarise(
      profile(tree, [
        [4, 50],
        [5, -20],
        [2, 50],
      ]),
    );
    expect(self).toEqual([
      { where: "crc yauzl/index.js:1", percent: 50 },
      { where: "unpack zip/dist/unpack.js:42", percent: 50 },
      { where: "(garbage collector)", percent: 0 },
    ]);
  });

  test("shows as many functions as asked for, and of an empty profile none", () => {
    const { self, total } = summarise(
      profile(tree, [
        [2, 1],
        [3, 2],
        [4, 3],
      ]),
      1,
    );
    expect(self.map(({ where }) => where)).toEqual(["crc yauzl/index.js:1"]);
    expect(total.map(({ where }) => where)).toEqual(["unpack zip/dist/unpack.js:42"]);
    expect(summarise(profile(tree, []))).toEqual({ self: [], total: [] });
  });
});
