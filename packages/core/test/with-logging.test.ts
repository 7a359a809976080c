import { FileStorageException } from "@tvb-storage/errors";
import { beforeEach, describe, expect, it } from "vitest";
import type { Logger } from "../../files/src/logger.js";
import { ndarray } from "../src/ndarray.js";
import type { DataBlock, StorageManager } from "../src/storage-manager.js";
import { withLogging } from "../src/with-logging.js";

const array = ndarray([1, 2]);
const calls: unknown[][] = [];
const lines: string[] = [];
let failure: Error | undefined;
beforeEach(() => {
  calls.length = 0;
  lines.length = 0;
  failure = undefined;
});

/** A method that notes how it was called and gives `result`, or fails. */
function method<T>(name: string, result: T) {
  return async (...args: unknown[]): Promise<T> => {
    calls.push([name, ...args]);
    if (failure !== undefined) throw failure;
    return result;
  };
}

const blocks: DataBlock[] = [
  { offset: [0], block: array },
  { offset: [2], block: array },
];
const manager: StorageManager = {
  path: "/p/x.h5",
  isValidTvbFile: method("isValidTvbFile", true),
  storeData: method("storeData", undefined),
  appendData: method("appendData", undefined),
  getData: method("getData", array),
  async *streamData(...args) {
    calls.push(["streamData", ...args]);
    yield* blocks;
    if (failure !== undefined) throw failure;
  },
  getDataShape: method("getDataShape", [2]),
  removeData: method("removeData", undefined),
  setMetadata: method("setMetadata", undefined),
  getMetadata: method("getMetadata", { a: 1 }),
  removeMetadata: method("removeMetadata", undefined),
  getFileDataVersion: method("getFileDataVersion", 5),
  listNodes: method("listNodes", []),
  closeFile: method("closeFile", undefined),
  [Symbol.asyncDispose]: method("asyncDispose", undefined),
};

const logger: Logger = {
  debug: (line) => lines.push(`debug ${line.replace(/\d+\.\d ms/, "T ms")}`),
  warn: (line) => lines.push(`warn ${line}`),
  error: (line) => lines.push(`error ${line}`),
};
const logged = withLogging(manager, logger);

type Call = readonly [
  name: string,
  act: () => Promise<unknown>,
  args: unknown[],
  result: unknown,
  node: string,
];
const METHODS: readonly Call[] = [
  ["isValidTvbFile", () => logged.isValidTvbFile(), [], true, ""],
  [
    "storeData",
    () => logged.storeData([1], "a", { where: "/g" }),
    [[1], "a", { where: "/g" }],
    undefined,
    " /g/a",
  ],
  [
    "appendData",
    () => logged.appendData([1], "a", { where: "g/" }),
    [[1], "a", { where: "g/" }],
    undefined,
    " g/a",
  ],
  ["getData", () => logged.getData("a", { selection: [0] }), ["a", { selection: [0] }], array, " /a"],
  ["getDataShape", () => logged.getDataShape("a"), ["a", undefined], [2], " /a"],
  ["removeData", () => logged.removeData("a", { where: "/" }), ["a", { where: "/" }], undefined, " /a"],
  ["setMetadata", () => logged.setMetadata({ k: 1 }), [{ k: 1 }, undefined, undefined], undefined, " /"],
  ["getMetadata", () => logged.getMetadata("", { where: "/g" }), ["", { where: "/g" }], { a: 1 }, " /g"],
  ["removeMetadata", () => logged.removeMetadata("k", "a"), ["k", "a", undefined], undefined, " /a k"],
  ["getFileDataVersion", () => logged.getFileDataVersion("v"), ["v", undefined, undefined], 5, " /"],
  ["listNodes", () => logged.listNodes({ where: "/g", depth: 1 }), [{ where: "/g", depth: 1 }], [], " /g"],
  ["closeFile", () => logged.closeFile(), [], undefined, ""],
];

describe("withLogging", () => {
  it.each(METHODS)("passes %s on and logs it", async (name, act, args, result, node) => {
    expect(await act()).toEqual(result);
    expect(calls).toEqual([[name, ...args]]);
    expect(lines).toEqual([`debug ${name} /p/x.h5${node} (T ms)`]);
  });

  it.each(METHODS)("passes the error of %s on as it is", async (name, act, _args, _result, node) => {
    failure = new FileStorageException("disk full");
    await expect(act()).rejects.toBe(failure);
    expect(lines).toEqual([`error ${name} /p/x.h5${node} failed: disk full`]);
  });

  it("wraps every method of the contract", () => {
    expect(Object.keys(logged).sort()).toEqual(Object.keys(manager).sort());
    expect([...METHODS.map(([name]) => name), "streamData", "path"].sort()).toEqual(
      Object.keys(logged).sort(),
    );
    expect(logged.path).toBe("/p/x.h5");
  });

  it("closes when it is disposed of", async () => {
    await logged[Symbol.asyncDispose]();
    expect(calls).toEqual([["closeFile"]]);
    expect(lines).toEqual(["debug closeFile /p/x.h5 (T ms)"]);
  });

  it("streams, and says how many blocks there were", async () => {
    const received: DataBlock[] = [];
    for await (const block of logged.streamData("a", { blockBytes: 8 })) received.push(block);
    expect(received).toEqual(blocks);
    expect(calls).toEqual([["streamData", "a", { blockBytes: 8 }]]);
    expect(lines).toEqual(["debug streamData /p/x.h5 /a (2 blocks, T ms)"]);
  });

  it("logs a stream that its reader ended early", async () => {
    for await (const _block of logged.streamData("a")) break;
    expect(lines).toEqual(["debug streamData /p/x.h5 /a (1 blocks, T ms)"]);
  });

  it("logs a stream that failed, and passes on its error", async () => {
    failure = new FileStorageException("gone");
    const read = async (): Promise<void> => {
      for await (const _block of logged.streamData("a"));
    };
    await expect(read()).rejects.toBe(failure);
    expect(lines).toEqual(["error streamData /p/x.h5 /a failed after 2 blocks: gone"]);
  });

  it("does not fail where the logger fails", async () => {
    const broken = withLogging(manager, {
      ...logger,
      debug: () => {
        throw new Error("log is full");
      },
    });
    await expect(broken.closeFile()).rejects.toThrow("log is full");
    expect(lines).toEqual([]);
  });
});
