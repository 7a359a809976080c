import {
  checkCallOptions,
  type FileSystem,
  type Logger,
  type LongOptions,
  type OptionRules,
  optionRule,
  optionRules,
} from "@tvb-storage/files";
import { eitherRule, longOptionRules } from "@tvb-storage/files/internal";

/** Limits above which an archive is refused; `Infinity` disables one. */
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
  /** The same files give the same archive bytes: every entry is dated 1980-01-01. Default false. */
  deterministic?: boolean;
  /** Deflate level from 0 (stored) to 9; default 6. */
  level?: number;
  /**
   * Whether a backslash in an entry's name separates folders, as in archives
   * of some Windows tools; by default such an entry cannot be unpacked.
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

const { boolean, object, atLeast0 } = optionRules;
const LIMITS: OptionRules<ZipLimits> = { entries: atLeast0, totalBytes: atLeast0, ratio: atLeast0 };
const UNPACK_OPTIONS: OptionRules<UnpackOptions> = { overwrite: boolean, ...longOptionRules };
const OPTIONS: OptionRules<ZipOptions> = {
  fs: optionRules.fileSystem,
  limits: object,
  deterministic: boolean,
  level: optionRule(
    "a whole number from 0 to 9",
    (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 9,
  ),
  backslashes: eitherRule("refuse", "separator"),
  logger: object,
  ...longOptionRules,
};

/** @throws FileStructureException an option that does not exist or cannot have this value. */
export function checkZipOptions(given: ZipOptions): ZipOptions {
  const options = checkCallOptions(given, OPTIONS, "TvbZip.open");
  const limits = checkCallOptions(options.limits, LIMITS, "the option limits");
  return Object.assign(options, { limits });
}

/** @throws FileStructureException an option that does not exist or cannot have this value. */
export function checkUnpackOptions(given: UnpackOptions): UnpackOptions {
  return checkCallOptions(given, UNPACK_OPTIONS, "unpackZip");
}

export function limitsOf(options: ZipOptions): Required<ZipLimits> {
  const { entries, totalBytes, ratio } = options.limits ?? {};
  return {
    entries: entries ?? DEFAULT_LIMITS.entries,
    totalBytes: totalBytes ?? DEFAULT_LIMITS.totalBytes,
    ratio: ratio ?? DEFAULT_LIMITS.ratio,
  };
}
