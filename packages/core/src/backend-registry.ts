import { FileStructureException, isTVBException, UnsupportedFileStorageException } from "@tvb-storage/errors";
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
   * The backend that a path names: of an address (`s3://bucket/a.zarr`) the one that has its scheme, else the one whose
   * file extension ends the path, in any case, also before a `/` at its end. The first of the registry for other paths.
   *
   * @throws UnsupportedFileStorageException nothing is registered, or no backend opens such addresses.
   */
  forPath(path: string): StorageBackend;
}

/** `s3` of `s3://bucket`; undefined for a path of a file system. One letter is a drive of Windows. */
function schemeOf(path: string): string | undefined {
  return /^([a-z][a-z\d+.-]+):\/\//i.exec(path)?.[1]?.toLowerCase();
}

/** Whether a path names a backend, by the scheme of an address or by its extension. */
function isNamedBy(path: string, { schemes, fileExtension }: StorageBackend): boolean {
  const scheme = schemeOf(path);
  if (scheme !== undefined) return schemes?.includes(scheme) === true;
  return path.toLowerCase().replace(/\/+$/, "").endsWith(fileExtension);
}

/** As `forPath` of a registry; undefined for a path that names no backend, which the first one would open. */
export function namedBackend(backends: BackendRegistry, path: string): StorageBackend | undefined {
  try {
    const backend = backends.forPath(path);
    return isNamedBy(path, backend) ? backend : undefined;
  } catch (error) {
    if (isTVBException(error, "UNSUPPORTED_FILE_STORAGE")) return undefined;
    throw error;
  }
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
      const named = given.find((each) => isNamedBy(path, each));
      const backend = named ?? (schemeOf(path) === undefined ? given[0] : undefined);
      if (backend !== undefined) return backend;
      const schemes = given.flatMap((each) => each.schemes ?? []).map((scheme) => `${scheme}://`);
      const known =
        given.length === 0
          ? "none is registered"
          : schemes.length === 0
            ? "addresses are not opened by those that are registered; give the path of a file"
            : `addresses that are opened: ${schemes.join(", ")}`;
      throw new UnsupportedFileStorageException(`there is no storage backend for ${quoted(path)} (${known})`);
    },
  };
}
