import nodeFs from "node:fs";
import { FileStructureException } from "@tvb-storage/errors";
import { createMemoryFs } from "@tvb-storage/testkit";
import { describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { compact, HDF5StorageManager, recover, verify } from "../../src/index.js";

const folder = temporaryFolder("h5-queue");

const rows = (value: number) => ({
  dtype: "float64" as const,
  shape: [1, 2],
  data: Float64Array.of(value, value),
});

const keptOpen = { growDimension: 0, closeFile: false } as const;

describe("calls on one file", () => {
  it("that verify it wait for those that change it", async () => {
    const path = folder("verified.h5");
    const m = new HDF5StorageManager(path);
    const stored = m.storeData(rows(1), "rows");
    expect(await verify(path)).toEqual([]);
    await stored;
  });

  it("are verify, recover and reads while blocks are stored, whose source may make them; changes come later", async () => {
    const path = folder("stored.h5");
    const m = new HDF5StorageManager(path);
    await m.storeData(rows(1), "rows");
    const ended: string[] = [];
    let compacted: Promise<unknown> | undefined;
    await m.storeData(
      {
        dtype: "float64",
        shape: [1, 2],
        blocks: (async function* () {
          compacted = compact(path).then(() => ended.push("compacted"));
          expect(await verify(path)).toEqual([]);
          expect(await recover(path)).toBe("clean");
          expect(await m.getDataShape("rows")).toEqual([1, 2]);
          ended.push("blocks");
          yield rows(2);
        })(),
      },
      "blocks",
    );
    await compacted;
    expect(ended).toEqual(["blocks", "compacted"]);
    expect((await m.getData("blocks")).data).toEqual(Float64Array.of(2, 2));
  });

  it("see what another copy of this package has open, and both lose nothing", async () => {
    const fs = createMemoryFs();
    const first = new HDF5StorageManager("/x.h5", { fs });
    vi.resetModules();
    const copy = await import("../../src/index.js");
    expect(copy.HDF5StorageManager).not.toBe(HDF5StorageManager);
    const second = new copy.HDF5StorageManager("/x.h5", { fs });
    await first.appendData(rows(1), "rows", keptOpen);
    expect((await second.getData("rows")).shape).toEqual([1, 2]);
    await second.appendData(rows(2), "rows", keptOpen);
    await first.appendData(rows(3), "rows", keptOpen);
    await second.closeFile();
    expect((await second.getData("rows")).data).toEqual(Float64Array.of(1, 1, 2, 2, 3, 3));
  });
});

describe("a file that cannot be opened", () => {
  it("is looked at once", async () => {
    const path = folder("text.h5");
    nodeFs.writeFileSync(path, "a text\n".repeat(100));
    await new Promise((resolve) => setTimeout(resolve, 40));
    const calls: string[] = [];
    const openSync = (...args: Parameters<typeof nodeFs.openSync>) => {
      calls.push("open");
      return nodeFs.openSync(...args);
    };
    const m = new HDF5StorageManager(path, { fs: { ...nodeFs, openSync } });
    for (const read of [() => m.getData("data"), () => m.getDataShape("data"), () => m.listNodes()]) {
      calls.length = 0;
      await expect(read()).rejects.toThrow(FileStructureException);
      expect(calls).toEqual(["open"]);
    }
  });
});
