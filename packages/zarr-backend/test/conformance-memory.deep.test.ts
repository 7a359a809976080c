import { describeStorageManager, type StorageKitOptions } from "@tvb-storage/testkit/suites";
import { MemoryStore, ZarrStorageManager, zarrBackendOf } from "../src/index.ts";
import { FaultyStore } from "./faulty-store.ts";

function kitOptions(format: 2 | 3): StorageKitOptions {
  return {
    places: ["memfs"],
    depth: 0.25,
    store: () => {
      const store = new FaultyStore(new MemoryStore());
      const { objects } = store;
      return {
        open: (path, options) => new ZarrStorageManager(path, { ...options, format, store }),
        // Another process has an object of its own for the same store.
        openCold: (path, options) =>
          new ZarrStorageManager(path, { ...options, store: new FaultyStore(objects) }),
        remote: {
          leavesOrphans: true,
          putForeign: async (path, content) =>
            void (await objects.put(`${path.slice(1)}/zarr.json`, content)),
          objects: () => objects.entries(),
          putObject: async (name, content) => {
            if (content === undefined) await objects.delete(name);
            else await objects.put(name, content);
          },
          onRequest: (decide) => {
            store.onRequest = decide;
          },
        },
      };
    },
  };
}

for (const format of [3, 2] as const)
  describeStorageManager(
    { ...zarrBackendOf(new MemoryStore()), name: `zarr ${format} in memory` },
    kitOptions(format),
  );
