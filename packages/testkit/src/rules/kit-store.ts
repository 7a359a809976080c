import type { BackendOptions, StorageBackend, StorageManager } from "@tvb-storage/core";
import type { FileSystem } from "@tvb-storage/files";
import type { Place } from "./places.js";

/** Opens a manager of the backend under test on a file system. */
export type OpenManager = (path: string, fs: FileSystem, options: BackendOptions) => StorageManager;

/** What happens to a request to a remote store. */
export interface RequestFault {
  /** Which request, counted from now: 1 is the next. */
  readonly at: number;
  /** How many requests from there on; default 1, `Infinity` for a store that stays away. */
  readonly times?: number;
  /**
   * `"fail"`: not done, and answered with an error of the store; `"deny"`: not done, answered as to one without
   * permission; `"slow"`: done and answered after a while; `"late"`: done, but its answer does not arrive in time, so
   * the client sees an error.
   */
  readonly action: "fail" | "deny" | "slow" | "late";
}

/** How the kit gets at what a remote backend stores. */
export interface RemoteHooks {
  /** Stores what is not the backend's where it keeps the file at `path`. */
  putForeign(path: string, content: Uint8Array): void | Promise<void>;
  /** All objects that are stored, of whatever file, by their names. */
  objects(): ReadonlyMap<string, Uint8Array> | Promise<ReadonlyMap<string, Uint8Array>>;
  /** Stores other bytes under the name of an object; removes it where they are undefined. */
  putObject(name: string, content: Uint8Array | undefined): void | Promise<void>;
  /** Has requests of the managers fail from now on; undefined ends that. Hooks are no requests. */
  fault(plan: RequestFault | undefined): void;
  /** How many requests the managers have made. */
  requests(): number;
}

/** What one rule stores in: empty at first, and used by nothing else. */
export interface KitStore {
  /** A manager as a program opens it. All managers of one store see what each of them has done. */
  open(path: string, options: BackendOptions): StorageManager;
  /**
   * A manager that finds what is stored at this moment as another process would: it shares no object, cache or open
   * file with those of `open`. It only reads. Needed where nothing is on a file system; else the kit
   * opens a copy of the folder.
   */
  openCold?(path: string, options: BackendOptions): StorageManager | Promise<StorageManager>;
  /** For a backend with `storedAs: "remote"`: without it, rules about foreign content, permission and faults are not run. */
  readonly remote?: RemoteHooks;
  /** Called after the rule. */
  remove?(): void | Promise<void>;
}

/** Makes the store of one rule. A store on a file system is made of `place`, and again for each copy of it. */
export type MakeStore = (place: Place) => KitStore | Promise<KitStore>;

/** The store of a backend that takes the file system as its option `fs`. */
export function fileStore(backend: StorageBackend, open: OpenManager | undefined): MakeStore {
  return ({ fs }) => ({
    open: (path, options) => {
      if (open !== undefined) return open(path, fs, options);
      // By convention, a backend that works on files has an option `fs`.
      const withFs: BackendOptions & { fs: FileSystem } = { ...options, fs };
      return backend.open(path, withFs);
    },
  });
}
