import {
  type BackendOptions,
  defaultFileSystem,
  type PathStyle,
  type SyncFileSystem,
} from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
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
   * are, relative to the folder of the file that names them. They are never written.
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
}

/** The version of the layout that this package writes. */
export const DEFAULT_DATA_VERSION = 5;

const KNOWN: ReadonlySet<string> = new Set([
  "fs",
  "fileMode",
  "externalContent",
  "durability",
  "lockTimeoutMs",
  "originalPaths",
  "ignoreLocks",
  "logger",
  "dataVersion",
]);

export interface ResolvedOptions {
  readonly fs: SyncFileSystem;
  readonly file: AccessOptions;
  readonly pathStyle: PathStyle;
}

/** @throws FileStructureException an option that is unknown, or cannot have its value. */
export function resolveOptions(options: H5Options): ResolvedOptions {
  const { fileMode, externalContent, durability, lockTimeoutMs, originalPaths, ignoreLocks, dataVersion } =
    options;
  const refuse = (name: string, expected: string, value: unknown): never => {
    throw new FileStructureException(`the option ${name} must be ${expected}, not ${String(value)}`);
  };
  for (const name of Object.keys(options)) {
    if (!KNOWN.has(name))
      throw new FileStructureException(`there is no option ${name}; known are ${[...KNOWN].join(", ")}`);
  }
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  if (fileMode !== undefined && !(isCount(fileMode) && fileMode <= 0o7777))
    refuse("fileMode", "permission bits", fileMode);
  if (dataVersion !== undefined && !isCount(dataVersion))
    refuse("dataVersion", "a whole number from 0", dataVersion);
  if (lockTimeoutMs !== undefined && !(lockTimeoutMs >= 0))
    refuse("lockTimeoutMs", "milliseconds from 0", lockTimeoutMs);
  if (durability !== undefined && durability !== "process" && durability !== "power") {
    refuse("durability", '"process" or "power"', durability);
  }
  if (externalContent !== undefined && externalContent !== "refuse" && externalContent !== "follow") {
    refuse("externalContent", '"refuse" or "follow"', externalContent);
  }
  if (originalPaths !== undefined && typeof originalPaths !== "boolean")
    refuse("originalPaths", "true or false", originalPaths);
  if (ignoreLocks !== undefined && typeof ignoreLocks !== "boolean")
    refuse("ignoreLocks", "true or false", ignoreLocks);
  return {
    pathStyle: originalPaths === true ? "concatenated" : "joined",
    fs: options.fs ?? defaultFileSystem(),
    file: {
      dataVersion: dataVersion ?? DEFAULT_DATA_VERSION,
      fileMode,
      durability,
      lockTimeoutMs,
      ignoreLocks: ignoreLocks === true,
      logger: options.logger,
      follow: externalContent === "follow",
    },
  };
}
