import { FileStructureException, UnsupportedFileStorageException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { argumentMessage, readArgument } from "@tvb-storage/files/internal";
import type { BackendOptions, StorageBackend } from "./storage-backend.js";
import type { StorageManager } from "./storage-manager.js";

/** The backends that an application offers, by name. */
export interface BackendRegistry {
  readonly names: readonly string[];
  /** @throws UnsupportedFileStorageException a name that is not registered; the message lists those that are. */
  open(backendName: string, path: string, options?: BackendOptions): StorageManager;
  /**
   * The backend whose file extension ends the path, in any case; the first of the registry for other paths.
   *
   * @throws UnsupportedFileStorageException nothing is registered.
   */
  forPath(path: string): StorageBackend;
}

function isBackend(value: unknown): value is StorageBackend {
  const backend = value as Partial<StorageBackend> | null | undefined; // any value may be read this way
  return typeof backend?.name === "string" && typeof backend.open === "function";
}

/**
 * The application makes its own: `createBackendRegistry([h5Backend, ...])`.
 *
 * @throws FileStructureException no list of backends, or two of one name.
 */
export function createBackendRegistry(backends: readonly StorageBackend[]): BackendRegistry {
  const given = readArgument("the backends", () => (Array.isArray(backends) ? [...backends] : undefined));
  const strange = given?.find((backend) => !readArgument("a backend", () => isBackend(backend)));
  if (given === undefined || !given.every(isBackend))
    throw new FileStructureException(
      argumentMessage(
        "the backends",
        "a list of backends, as in createBackendRegistry([h5Backend])",
        given === undefined ? quoted(backends) : `${quoted(strange)} in it`,
      ),
    );
  const byName = new Map<string, StorageBackend>();
  for (const backend of given) {
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
        throw new UnsupportedFileStorageException(
          `there is no storage backend ${quoted(backendName)} (${known})`,
        );
      }
      return backend.open(path, options);
    },
    forPath(path) {
      const lower = path.toLowerCase();
      const backend =
        [...byName.values()].find(({ fileExtension }) => lower.endsWith(fileExtension)) ?? given[0];
      if (backend === undefined)
        throw new UnsupportedFileStorageException(
          `there is no storage backend for ${quoted(path)} (none is registered)`,
        );
      return backend;
    },
  };
}
