import { createMemoryFs } from "@tvb-storage/testkit";
import { expect, it } from "vitest";
import { compact, HDF5StorageManager, verify } from "../../src/index.js";

it.each([
  ["verify", verify],
  ["compact", compact],
] as const)(
  "%s rejects with what its listener throws as the cause, and leaves the file as it was",
  async (_name, call) => {
    const fs = createMemoryFs();
    const m = new HDF5StorageManager("/a.h5", { fs });
    await m.storeData(new Float64Array(10_000), "gone");
    await m.storeData([1, 2], "x");
    await m.removeData("gone");
    const before = fs.readFileSync("/a.h5");
    const problem = new Error("the listener's own problem");
    const onProgress = (): void => {
      throw problem;
    };
    await expect(call("/a.h5", { fs, onProgress })).rejects.toMatchObject({
      message: expect.stringMatching(/\/a\.h5.*the listener's own problem/),
      cause: problem,
      code: expect.stringMatching(/^FILE_/),
    });
    expect(fs.readFileSync("/a.h5")).toEqual(before);
    expect(fs.readdirSync("/")).toEqual(["a.h5"]);
  },
);
