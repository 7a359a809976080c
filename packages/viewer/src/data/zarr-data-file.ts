import { type ReadableStore, ZarrStorageManager } from "@tvb-storage/zarr-backend";
import type { DataFile } from "./data-file.js";

/**
 * Opens the Zarr hierarchy of a store; its root is read now.
 *
 * @throws MissingDataFileException the store has none.
 */
export async function openZarr(store: ReadableStore): Promise<DataFile> {
  const manager = new ZarrStorageManager("/", { store });
  await manager.listNodes({ depth: 0 });
  return {
    format: "Zarr",
    list: () => manager.listNodes(),
    async attributes(path) {
      const attributes = await manager.getAttributes(path === "/" ? undefined : path);
      return new Map([...attributes].map(([name, array]) => [name, { array }]));
    },
    read: (path, options = {}) => manager.getData(path, options),
  };
}
