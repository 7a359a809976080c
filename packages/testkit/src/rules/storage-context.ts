import type { BackendCapabilities, BackendOptions, StorageBackend, StorageManager } from "@tvb-storage/core";
import type { FileSystem } from "@tvb-storage/files";

import type { Samples } from "./rule.js";

/** Opens a manager of the backend that is tested on a file system. */
export type OpenManager = (path: string, fs: FileSystem, options: BackendOptions) => StorageManager;

/** What a rule about `StorageManager` works with: an empty folder and a backend. */
export interface StorageContext {
  readonly fs: FileSystem;
  /** Exists, empty, of this rule alone. */
  readonly folder: string;
  readonly supports: BackendCapabilities;
  /** What the backend's author gave. */
  readonly samples: Samples;
  /** A path in the folder with the backend's extension; nothing is there yet. */
  path(name?: string): string;
  /** A new manager on `path()` or another path; it is closed after the rule. */
  open(path?: string, options?: BackendOptions): StorageManager;
  /** The same on another file system, such as a faulty one. */
  openOn(fs: FileSystem, path?: string, options?: BackendOptions): StorageManager;
}

/** A context, and the function that closes what was opened through it. */
export function storageContext(
  backend: StorageBackend,
  openManager: OpenManager,
  fs: FileSystem,
  folder: string,
  samples: Samples = {},
): { readonly context: StorageContext; readonly close: () => Promise<void> } {
  const opened: StorageManager[] = [];
  const path = (name = "data"): string => `${folder}/${name}${backend.fileExtension}`;
  const openOn = (on: FileSystem, at = path(), options: BackendOptions = {}): StorageManager => {
    const manager = openManager(at, on, options);
    opened.push(manager);
    return manager;
  };
  return {
    context: {
      fs,
      folder,
      supports: backend.supports,
      samples,
      path,
      open: (at, options) => openOn(fs, at, options),
      openOn,
    },
    close: async () => {
      // A rule has judged already; a file that it spoilt, or a file system that stopped, need not close.
      for (const manager of opened) await manager.closeFile().catch(() => undefined);
    },
  };
}
