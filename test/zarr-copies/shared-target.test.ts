import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { copyStorage } from "@tvb-storage/storage";
import { createMemoryFs } from "@tvb-storage/testkit";
import { MemoryStore, ZarrStorageManager } from "@tvb-storage/zarr-backend";
import { expect, it } from "vitest";

it("a copy that another program writes into at the same time fails, and removes nothing of the other's", async () => {
  const source = new HDF5StorageManager("/a.h5", { fs: createMemoryFs() });
  await source.appendData(new Float64Array(5), "grows");
  await source.storeData([1, 2], "stays");
  for (const [path, meanwhile] of [
    ["grows", (target: ZarrStorageManager) => target.appendData(new Float64Array(3), "grows")],
    ["stays", (target: ZarrStorageManager) => target.storeData([8, 9], "stays")],
  ] as const) {
    const store = new MemoryStore();
    let isWritten = false;
    const target = new ZarrStorageManager("a", { store });
    const copying = copyStorage(source, target, {
      // Of no consequence; the layout is asked for between the look at the target and the first commit.
      include: () => true,
      onProgress: () => undefined,
      layout: ({ path: at }) => {
        if (at === `/${path}`) isWritten = true;
        return {};
      },
    });
    await meanwhile(new ZarrStorageManager("a", { store }));
    await expect(copying).rejects.toThrow(
      `a, /${path}: another process writes it while it is copied to, and what both wrote is left; remove it, and copy again`,
    );
    expect(isWritten).toBe(true);
    const shape = await new ZarrStorageManager("a", { store }).getDataShape(path);
    expect(shape[0]).toBeGreaterThanOrEqual(2);
  }
});
