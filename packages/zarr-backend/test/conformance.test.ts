import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { MemoryStore, ZarrStorageManager, zarrBackendOf } from "../src/index.ts";

// The whole kit, in folders, in object storage, with faults, and of version 2, is in the deep tests.

describeStorageManager(
  { ...zarrBackendOf(new MemoryStore()), name: "zarr in memory" },
  {
    places: ["memfs"],
    depth: 0.1,
    store: () => {
      const store = new MemoryStore();
      return { open: (path, options) => new ZarrStorageManager(path, { ...options, store }) };
    },
  },
);
