import { type BackendCapabilities, type BackendOptions, DATA_TYPES, type PathStyle } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import {
  checkCallOptions,
  defaultFileSystem,
  memoryFileSystem,
  type OptionRules,
  optionRule,
  optionRules,
  type SyncFileSystem,
} from "@tvb-storage/files";
import { DEFAULT_DATA_VERSION, eitherRule } from "@tvb-storage/files/internal";
import type { FilterDecoders, Hdf5Source } from "@tvb-storage/hdf5";
import { filtersRule, isSource } from "@tvb-storage/hdf5/internal";
import type { AccessOptions } from "./file-access.js";

/** How `HDF5StorageManager` reads and writes its file. */
export interface H5Options extends BackendOptions {
  /** Default: the disk (in a browser there is no default). */
  fs?: SyncFileSystem;
  /** Mode of a file that is created; default 0o744. */
  fileMode?: number;
  /**
   * External links, external raw storage and virtual datasets: `"refuse"` (the
   * default) reads nothing of other files, `"follow"` reads them where they
   * are, relative to the directory of the file that names them. They are never written.
   */
  externalContent?: "refuse" | "follow";
  /** What a commit survives: the death of the process (default), or a power cut too. */
  durability?: "process" | "power";
  /** How long to wait for a writer in another process; default 10,000. */
  lockTimeoutMs?: number;
  /**
   * `where` and `datasetName` are written one behind the other, exactly as the
   * Python original does: `where: "matrix"` and `"data"` are `/matrixdata`, and
   * `where: "/a"` and `"b"` are `/ab`. Default false: they are joined with `/`.
   */
  originalPaths?: boolean;
  /**
   * Use the file also where another program has it open by HDF5's lock or by the
   * mark in its superblock. Default false: such a file is not changed, nor read
   * where it is open there for writing; see docs/durability.md. When you know better,
   * such as on a file system whose locks are wrong.
   */
  ignoreLocks?: boolean;
  /**
   * What writes: `"auto"` (the default) is code of this package, and HDF5 in WebAssembly only for what that does not
   * know; `"h5wasm"` is always HDF5.
   */
  engine?: "auto" | "h5wasm";
  /**
   * Reads the file through this instead of from `fs`: its bytes, a page's `File` (`blobFile`), a server (`httpFile`), or
   * anything with `size` and `read`, at once or later. The path is what messages call it. Its bytes must stay as they
   * are; it cannot be changed.
   */
  port?: Hdf5Source;
  /**
   * Decoders of filters that are not known here, by HDF5's registered numbers: those of `@tvb-storage/hdf5/filters`, or
   * yours. What is written does not go through them.
   */
  filters?: FilterDecoders;
}

export const SUPPORTS: BackendCapabilities = {
  dtypes: DATA_TYPES,
  growableAxes: "any",
  compression: ["gzip", "shuffle"],
  removal: true,
  fields: true,
  atomicCommit: true,
  crossProcessLock: true,
  escapedBytes: true,
  storedAs: "file",
};

const { boolean, object, wholeFrom0 } = optionRules;
const RULES: OptionRules<H5Options> = {
  fs: optionRules.syncFileSystem,
  fileMode: optionRule(
    "permission bits, such as 0o744",
    (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0o7777,
  ),
  externalContent: eitherRule("refuse", "follow"),
  durability: eitherRule("process", "power"),
  lockTimeoutMs: { ...optionRules.atLeast0, expected: "milliseconds, at least 0" },
  originalPaths: boolean,
  ignoreLocks: boolean,
  engine: eitherRule("auto", "h5wasm"),
  filters: filtersRule,
  port: optionRule("bytes, or an object with size and read", isSource),
  logger: object,
  dataVersion: wholeFrom0,
};

export interface ResolvedOptions {
  readonly fs: SyncFileSystem;
  readonly port: Hdf5Source | undefined;
  readonly filters: FilterDecoders | undefined;
  readonly file: AccessOptions;
  readonly pathStyle: PathStyle;
}

/** @throws FileStructureException an option that is unknown, or cannot have its value. */
export function resolveOptions(given: H5Options): ResolvedOptions {
  const options = checkCallOptions(given, RULES, "HDF5StorageManager");
  const {
    fileMode,
    externalContent,
    durability,
    lockTimeoutMs,
    originalPaths,
    ignoreLocks,
    dataVersion,
    port,
  } = options;
  if (port !== undefined && externalContent === "follow")
    throw new FileStructureException(
      'externalContent: "follow" needs the files beside it, which a port has not',
    );
  return {
    pathStyle: originalPaths === true ? "concatenated" : "joined",
    fs: options.fs ?? (port === undefined ? defaultFileSystem() : memoryFileSystem()),
    port,
    filters: options.filters,
    file: {
      dataVersion: dataVersion ?? DEFAULT_DATA_VERSION,
      fileMode,
      durability,
      lockTimeoutMs,
      ignoreLocks: ignoreLocks === true,
      onlyHdf5: options.engine === "h5wasm",
      logger: options.logger,
      resolvesExternal: externalContent === "follow",
    },
  };
}
