import type { BackendOptions, StorageBackend, StorageManager } from "@tvb-storage/core";
import type { FileSystem } from "@tvb-storage/files";
import type { Place } from "./places.js";

/** Opens a manager of the backend under test on a file system. */
export type OpenManager = (path: string, fs: FileSystem, options: BackendOptions) => StorageManager;

/**
 * What becomes of a request to a remote store: it is done; `"failed"` and `"denied"`: not done, and answered with an
 * error of the store, or as to one without permission; `"slow"`: done and answered after about 20 milliseconds;
 * `"lost"`: done, but the answer does not arrive, so the client sees an error.
 */
export type RequestFate = "done" | "failed" | "denied" | "slow" | "lost";

/** How the kit gets at what a remote backend stores. */
export interface RemoteHooks {
  /** Stores what is not the backend's where it keeps the file at `path`. */
  putForeign(path: string, content: Uint8Array): void | Promise<void>;
  /** All objects that are stored, of whatever file, by their names. */
  objects(): ReadonlyMap<string, Uint8Array> | Promise<ReadonlyMap<string, Uint8Array>>;
  /** Stores other bytes under the name of an object; removes it where they are undefined. */
  putObject(name: string, content: Uint8Array | undefined): void | Promise<void>;
  /**
   * From now on `decide` is asked what becomes of each request of the managers, before it is done; undefined ends that.
   * It gets the request as a text for messages, such as `"PUT data.json"`. It may take its time, to change what is
   * stored first. What the kit does by the other hooks is no request.
   */
  onRequest(decide: ((request: string) => RequestFate | Promise<RequestFate>) | undefined): void;
  /**
   * What a process that died had put stays, where it misleads nobody, until it is in the way or is swept. Default false:
   * the next change removes it.
   */
  readonly leavesOrphans?: boolean;
}

/** What one rule stores in: empty at first, and used by nothing else. */
export interface KitStore {
  /** A manager as a program opens it. All managers of one store see what each of them has done. */
  open(path: string, options: BackendOptions): StorageManager;
  /**
   * A manager that finds what is stored at this moment as another process would: it shares no object, cache or open
   * file with those of `open`. It only reads. For a backend with `storedAs: "remote"`: without it, rules about what
   * another process finds are not run. Where there is a file system, the kit opens a copy of the folder.
   */
  openCold?(path: string, options: BackendOptions): StorageManager | Promise<StorageManager>;
  /**
   * For a backend with `storedAs: "remote"`: without it, rules about foreign content, permission, faults and what is
   * left over are not run.
   */
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
