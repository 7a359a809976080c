import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { copyStorage } from "@tvb-storage/storage";
import { createMemoryFs } from "@tvb-storage/testkit";
import { MemoryStore, ZarrStorageManager } from "@tvb-storage/zarr-backend";
import { expect, it } from "vitest";

it.each([
  ["grows", (other: ZarrStorageManager) => other.appendData(new Float64Array(3), "grows"), [3]],
  ["stays", (other: ZarrStorageManager) => other.storeData([8, 9], "stays"), [2]],
] as const)(
  "a copy that another program writes into at the same time fails, and removes nothing of the other's: %s",
  async (path, write, shape) => {
    const source = new HDF5StorageManager("/a.h5", { fs: createMemoryFs() });
    await source.appendData(new Float64Array(5), "grows");
    await source.storeData([1, 2], "stays");
    const store = new MemoryStore();
    const other = new ZarrStorageManager("a", { store });
    let written: Promise<unknown> | undefined;
    const copying = copyStorage(source, new ZarrStorageManager("a", { store }), {
      // It is asked for once the copy has found nothing at its target.
      layout: (node) => {
        if (node.path === `/${path}`) written ??= write(other);
        return {};
      },
    });
    await expect(copying).rejects.toThrow(
      `a, /${path}: another process writes it while it is copied to, and what both wrote is left; remove it, and copy again`,
    );
    await written;
    expect(await other.getDataShape(path)).toEqual(shape);
  },
);
