import { type BackendRegistry, createBackendRegistry, type StorageBackend } from "@tvb-storage/core";
import { namedBackend } from "@tvb-storage/core/internal";
import { type H5Options, h5Backend } from "@tvb-storage/h5-backend";
import { blosc, lz4, zstd } from "@tvb-storage/hdf5/filters";
import { isAddress } from "./trees/address.js";
import { type FileFormat, formatAt, formatByName } from "./trees/file-format.js";

/** Filters of other programs, such as PyTables. */
export const filters = { ...blosc, ...lz4, ...zstd };

const hdf5: StorageBackend<H5Options> = {
  ...h5Backend,
  open: (path, options) => h5Backend.open(path, { filters, ...options }),
};

/** What paths are opened by. */
export interface Backends {
  /** All of them; those of this program are loaded then. */
  all(): Promise<BackendRegistry>;
  /**
   * The backend that a path names, else that of what is there; the first of all (HDF5) for other paths.
   *
   * @throws UnsupportedFileStorageException an address that none of them opens.
   */
  at(path: string): Promise<StorageBackend>;
  /** The same; undefined where neither name nor content says one. */
  find(path: string): Promise<StorageBackend | undefined>;
}

/** The names that formats have in a registry. */
const EXTENSIONS: Readonly<Record<FileFormat, string | undefined>> = {
  hdf5: ".h5",
  zarr: ".zarr",
  zip: ".zarr.zip",
  xml: undefined,
};

/** Those that an application gives. */
export function givenBackends(registry: BackendRegistry): Backends {
  return backendsOf(async () => registry);
}

/** How `s3://` addresses are asked for. */
export interface S3Settings {
  readonly endpoint?: string;
  readonly anonymous: boolean;
  /** Of the process: credentials, region, endpoint. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** HDF5, and Zarr, which is loaded where a path may need it: most commands are about HDF5 files. */
export function ownBackends(s3: () => S3Settings): Backends {
  let loaded: Promise<BackendRegistry> | undefined;
  const all = (): Promise<BackendRegistry> => {
    loaded ??= import("@tvb-storage/zarr-backend").then(({ zarrBackends }) =>
      createBackendRegistry([hdf5, ...zarrBackends({ s3: s3() })]),
    );
    return loaded;
  };
  const backends = backendsOf(all);
  const isHdf5 = async (path: string): Promise<boolean> =>
    !isAddress(path) && (formatByName(path) ?? (await formatOrNone(path))) === "hdf5";
  return {
    all,
    at: async (path) => ((await isHdf5(path)) ? hdf5 : backends.at(path)),
    find: async (path) => ((await isHdf5(path)) ? hdf5 : backends.find(path)),
  };
}

function backendsOf(all: Backends["all"]): Backends {
  const find = async (path: string): Promise<StorageBackend | undefined> => {
    const registry = await all();
    const named = namedBackend(registry, path);
    if (named !== undefined || isAddress(path)) return named;
    const format = await formatOrNone(path);
    const extension = format && EXTENSIONS[format];
    return extension === undefined ? undefined : namedBackend(registry, extension);
  };
  return { all, find, at: async (path) => (await find(path)) ?? (await all()).forPath(path) };
}

/** What cannot be read is said where it is opened. */
async function formatOrNone(path: string): Promise<FileFormat | undefined> {
  try {
    return await formatAt(path);
  } catch {
    return undefined;
  }
}
