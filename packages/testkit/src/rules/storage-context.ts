import type { BackendCapabilities, BackendOptions, StorageBackend, StorageManager } from "@tvb-storage/core";
import type { FileSystem } from "@tvb-storage/files";

import type { Samples } from "./rule.js";

/** Opens a manager of the backend under test on a file system. */
export type OpenManager = (path: string, fs: FileSystem, options: BackendOptions) => StorageManager;

/** The context of a rule about `StorageManager`: an empty folder and a backend. */
export interface StorageContext {
  readonly fs: FileSystem;
  /** Exists, is empty, and only this rule uses it. */
  readonly folder: string;
  readonly supports: BackendCapabilities;
  /** Samples of the backend's author. */
  readonly samples: Samples;
  /** A path in the folder with the backend's extension; nothing is there yet. */
  path(name?: string): string;
  /** A new manager on `path()` or another path; it is closed after the rule. */
  open(path?: string, options?: BackendOptions): StorageManager;
  /** The same on another file system, such as a faulty one. */
  openOn(fs: FileSystem, path?: string, options?: BackendOptions): StorageManager;
}

/** A context, and a function that closes what was opened in it. */
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
      // The rule is done; a damaged file, or a file system that stopped, need not close.
      for (const manager of opened) await manager.closeFile().catch(() => undefined);
    },
  };
}
