import { toNested } from "@tvb-storage/core";
import { withFilesReleased } from "@tvb-storage/files";
import { createMemoryFs, faultyFs } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { HDF5StorageManager } from "../../src/index.js";

describe("a file that could not be released for a move", () => {
  it.each(["read", "appended to"])("is as of its last commit, when it is next %s", async (next) => {
    let full = false;
    // Whatever is written while the disk is full fails.
    const fs = faultyFs(createMemoryFs(), {
      calls: (call) => full && call.kind === "write",
      at: 1,
      errno: "ENOSPC",
      times: Number.POSITIVE_INFINITY,
    });
    const file = new HDF5StorageManager("/x.h5", { fs });
    await file.appendData([[1, 2]], "rows", { growDimension: 0 });
    await file.appendData([[3, 4]], "rows", { growDimension: 0, closeFile: false });
    full = true;
    await expect(withFilesReleased(fs, "/", async () => "moved")).rejects.toMatchObject({
      code: "FILE_STORAGE",
    });
    full = false;
    if (next === "read") expect(toNested(await file.getData("rows"))).toEqual([[1, 2]]);
    await file.appendData([[5, 6]], "rows", { growDimension: 0, closeFile: false });
    await file.closeFile();
    expect(toNested(await file.getData("rows"))).toEqual([
      [1, 2],
      [5, 6],
    ]);
  });
});
