import { FileStructureException, UnsupportedFileStorageException } from "@tvb-storage/errors";
import type { BackendOptions, StorageBackend } from "./storage-backend.js";
import type { StorageManager } from "./storage-manager.js";

/** The backends that an application offers, by name. */
export interface BackendRegistry {
  readonly names: readonly string[];
  /** @throws UnsupportedFileStorageException a name that is not registered; the message lists those that are. */
  open(backendName: string, path: string, options?: BackendOptions): StorageManager;
}

/**
 * Made by the application, not by this package: `createBackendRegistry([h5Backend, ...])`.
 *
 * @throws FileStructureException two backends of one name.
 */
export function createBackendRegistry(backends: readonly StorageBackend[]): BackendRegistry {
  const byName = new Map<string, StorageBackend>();
  for (const backend of backends) {
    if (byName.has(backend.name)) {
      throw new FileStructureException(`two storage backends are named "${backend.name}"; names must differ`);
    }
    byName.set(backend.name, backend);
  }
  const names = [...byName.keys()];
  return {
    names,
    open(backendName, path, options) {
      const backend = byName.get(backendName);
      if (backend === undefined) {
        const known = names.length === 0 ? "none is registered" : `registered: ${names.join(", ")}`;
        throw new UnsupportedFileStorageException(`there is no storage backend "${backendName}" (${known})`);
      }
      return backend.open(path, options);
    },
  };
}
