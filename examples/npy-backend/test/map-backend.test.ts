import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { mapBackend } from "./map-backend.js";

describeStorageManager(mapBackend, {
  places: ["memfs"],
  depth: 0.1,
  // Each rule has a store of its own.
  store: () => {
    const store = new Map<string, never>();
    return {
      open: (path, options) => mapBackend.open(path, { ...options, store }),
      // What another process finds: a copy, which shares nothing.
      openCold: (path, options) => mapBackend.open(path, { ...options, store: structuredClone(store) }),
    };
  },
});
