import type { FileSystem, Logger, LongOptions } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";

/** What an archive may ask for before it is refused; `Infinity` lifts a limit. */
export interface ZipLimits {
  /** Entries of the archive; default 1,000,000. */
  entries?: number;
  /** Bytes of all entries together, unpacked; default 1 TiB. */
  totalBytes?: number;
  /** Unpacked bytes for each compressed byte of an entry; default 1,100, just above what deflate can reach. */
  ratio?: number;
}

export interface ZipOptions extends LongOptions {
  /** Default: the disk. */
  fs?: FileSystem;
  limits?: ZipLimits;
  /** The same files give the same bytes: every entry is dated 1980-01-01. Default false. */
  deterministic?: boolean;
  /** Deflate level from 0 (stored) to 9; default 6. */
  level?: number;
  /**
   * Whether a backslash in a name that is read separates folders, as in archives
   * of some tools of Windows; by default such an entry cannot be unpacked.
   */
  backslashes?: "refuse" | "separator";
  logger?: Logger;
}

export interface UnpackOptions extends LongOptions {
  /** Existing files may be replaced; default false. */
  overwrite?: boolean;
}

export const DEFAULT_LIMITS: Readonly<Required<ZipLimits>> = {
  entries: 1_000_000,
  totalBytes: 2 ** 40,
  // Deflate codes at most 258 bytes in 2 bits: 1032 to 1.
  ratio: 1_100,
};

const OPTION_NAMES: ReadonlySet<string> = new Set([
  "fs",
  "limits",
  "deterministic",
  "level",
  "backslashes",
  "logger",
  "signal",
  "onProgress",
]);
const UNPACK_OPTION_NAMES: ReadonlySet<string> = new Set(["overwrite", "signal", "onProgress"]);
const LIMIT_NAMES: ReadonlySet<string> = new Set(Object.keys(DEFAULT_LIMITS));

/** A misspelled option that is ignored loses what it was meant to do. */
function refuseUnknown(given: object, known: ReadonlySet<string>, what: string): void {
  for (const name of Object.keys(given)) {
    if (known.has(name)) continue;
    throw new FileStructureException(`unknown ${what} "${name}", expected one of: ${[...known].join(", ")}`);
  }
}

/** @throws FileStructureException an option that does not exist or cannot have this value. */
export function checkZipOptions(options: ZipOptions): void {
  refuseUnknown(options, OPTION_NAMES, "option of TvbZip.open");
  const { level, backslashes, limits = {} } = options;
  if (backslashes !== undefined && backslashes !== "refuse" && backslashes !== "separator")
    throw new FileStructureException(
      `option "backslashes" must be "refuse" or "separator", found ${String(backslashes)}`,
    );
  if (level !== undefined && !(Number.isInteger(level) && level >= 0 && level <= 9)) {
    throw new FileStructureException(
      `option "level" must be a whole number from 0 to 9, found ${String(level)}`,
    );
  }
  refuseUnknown(limits, LIMIT_NAMES, "limit");
  for (const [name, value] of Object.entries(limits)) {
    if (value === undefined || (typeof value === "number" && value >= 0)) continue;
    throw new FileStructureException(
      `limit "${name}" must be a number of at least 0, found ${String(value)}`,
    );
  }
}

/** @throws FileStructureException an option that does not exist. */
export function checkUnpackOptions(options: UnpackOptions): void {
  refuseUnknown(options, UNPACK_OPTION_NAMES, "option of unpackZip");
}

export function limitsOf(options: ZipOptions): Required<ZipLimits> {
  const { entries, totalBytes, ratio } = options.limits ?? {};
  return {
    entries: entries ?? DEFAULT_LIMITS.entries,
    totalBytes: totalBytes ?? DEFAULT_LIMITS.totalBytes,
    ratio: ratio ?? DEFAULT_LIMITS.ratio,
  };
}
