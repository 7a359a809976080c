import type { BackendCapabilities, BackendOptions, StorageBackend, StorageManager } from "@tvb-storage/core";
import type { FileSystem } from "@tvb-storage/files";
import type { KitStore, MakeStore, RemoteHooks } from "./kit-store.js";
import { fileMedium, type Medium, remoteMedium } from "./medium.js";
import { makePlace, type PlaceName, type RulePlace } from "./places.js";
import { cold } from "./requirements.js";
import type { Samples } from "./rule.js";
import { type SampleData, sampleData } from "./sample-data.js";

/** The context of a rule about `StorageManager`: an empty store and a backend. */
export interface StorageContext extends SampleData {
  readonly fs: FileSystem;
  /** Exists, is empty, and only this rule uses it. */
  readonly folder: string;
  readonly supports: BackendCapabilities;
  /** Samples of the backend's author. */
  readonly samples: Samples;
  /** How many times more sequences are tried than by default. */
  readonly depth: number;
  /** Which random sequences. */
  readonly seed: number;
  /** What is stored, from below. */
  readonly medium: Medium;
  /** For a remote backend whose author gives them. */
  readonly remote: RemoteHooks | undefined;
  /** A path in the folder with the backend's extension; nothing is there yet. */
  path(name?: string): string;
  /** A new manager on `path()` or another path; it is closed after the rule. */
  open(path?: string, options?: BackendOptions): StorageManager;
  /** The same on another file system, such as a faulty one. */
  openOn(fs: FileSystem, path?: string, options?: BackendOptions): Promise<StorageManager>;
  /** Whether `openCold` works: for a remote backend its author gives it. */
  readonly opensCold: boolean;
  /** A manager that finds what is stored now as another process would. It only reads. */
  openCold(path?: string, options?: BackendOptions): Promise<StorageManager>;
  /** Runs `work` in the context of a new, empty store; what it opened is closed afterwards. */
  inNewStore<T>(work: (t: StorageContext) => Promise<T>): Promise<T>;
}

/** How the store of a rule is made. */
export interface StoreOptions {
  readonly backend: StorageBackend;
  readonly make: MakeStore;
  readonly place: PlaceName;
  readonly samples: Samples;
  readonly depth: number;
  readonly seed: number;
}

/** Runs `work` in a new, empty store, and closes what it opened. */
export async function inStore<T>(options: StoreOptions, work: (t: StorageContext) => Promise<T>): Promise<T> {
  const place = makePlace(options.place);
  try {
    const { context, close } = await storageContext(options, place);
    try {
      return await work(context);
    } finally {
      await close();
    }
  } finally {
    place.remove();
  }
}

async function storageContext(
  options: StoreOptions,
  place: RulePlace,
): Promise<{ readonly context: StorageContext; readonly close: () => Promise<void> }> {
  const { backend, make, samples, depth, seed } = options;
  const { fs, folder } = place;
  const store = await make(place);
  const opened: StorageManager[] = [];
  const cleanUp: (() => void | Promise<void>)[] = [];
  const keep = (manager: StorageManager): StorageManager => {
    opened.push(manager);
    return manager;
  };
  const path = (name = "data"): string => `${folder}/${name}${backend.fileExtension}`;
  const removeLater = (one: KitStore) => cleanUp.push(async () => one.remove?.());
  removeLater(store);
  const openOn: StorageContext["openOn"] = async (on, at = path(), given = {}) => {
    const other = await make({ fs: on, folder });
    removeLater(other);
    return keep(other.open(at, given));
  };
  return {
    context: {
      ...sampleData(backend.supports),
      fs,
      folder,
      supports: backend.supports,
      samples,
      depth,
      seed,
      medium: store.remote === undefined ? fileMedium(place, openOn) : remoteMedium(store, store.remote),
      remote: store.remote,
      path,
      open: (at = path(), given = {}) => keep(store.open(at, given)),
      openOn,
      opensCold: cold.met(backend.supports, samples, store),
      openCold: async (at = path(), given = {}) => {
        if (store.openCold !== undefined) return keep(await store.openCold(at, given));
        const copy = place.copy();
        cleanUp.push(copy.remove);
        const copied = await make(copy);
        removeLater(copied);
        return keep(copied.open(copy.folder + at.slice(folder.length), given));
      },
      inNewStore: (work) => inStore(options, work),
    },
    close: async () => {
      // The rule is done; a damaged file, or a file system that stopped, need not close.
      for (const manager of opened) await manager.closeFile().catch(() => undefined);
      for (const one of cleanUp) await one();
    },
  };
}
