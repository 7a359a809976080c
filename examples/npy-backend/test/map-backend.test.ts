import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { mapBackend } from "./map-backend.js";

/** What the kit gives each rule instead of a store is a file system. */
const stores = new WeakMap<object, Map<string, never>>();
function storeOf(fs: object): Map<string, never> {
  const store = stores.get(fs) ?? new Map<string, never>();
  stores.set(fs, store);
  return store;
}

describeStorageManager(mapBackend, {
  places: ["memfs"],
  open: (path, fs, options) => mapBackend.open(path, { ...options, store: storeOf(fs) }),
});
