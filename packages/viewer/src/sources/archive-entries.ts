import { quoted } from "@tvb-storage/files";
import { isZarrDocument } from "./file-kind.js";
import { sortFiles } from "./sort-files.js";

/** What is looked at of an entry of a ZIP archive, as its directory says it. */
export interface EntryFacts {
  /** Its name: the path with `/` between names. */
  readonly path: string;
  readonly isFolder: boolean;
  readonly isLink: boolean;
  readonly isEncrypted: boolean;
  /** Where its local header begins. */
  readonly offset: number;
  /** Bytes of its name as it is stored. */
  readonly nameBytes: number;
  readonly storedBytes: number;
  /** Inflated. */
  readonly bytes: number;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  /** The CRC-32 of its content. */
  readonly crc: number;
  readonly modified: Date;
}

/** Deflate cannot do more than 1032 to one. */
const MAX_RATIO = 1100;
/** What is inflated of one entry: it is kept by the browser, in memory or on its disk. */
const MAX_INFLATED_BYTES = 512 * 1024 * 1024;
/** A document of Zarr's metadata is parsed as a whole, with those of other nodes. */
const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/** Why an entry is not opened; undefined where nothing speaks against it. */
function refusal(entry: EntryFacts): string | undefined {
  const { path, bytes, storedBytes, method } = entry;
  if (path === "" || path.includes("\0")) return "its name is none of a file";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "its name is an absolute path";
  if (path.includes("\\")) return "its name has a backslash, which separates folders on some systems";
  if (path.split("/").includes("..")) return "its name leads out of the folder (..)";
  if (entry.isLink) return "it is a symbolic link";
  if (entry.isEncrypted) return "it is encrypted; unpack the archive with its password and open the folder";
  if (method !== STORED && method !== DEFLATED)
    return `it is compressed by method ${method}; only stored and deflated entries are read`;
  if (method === STORED && bytes !== storedBytes)
    return `it is stored as it is, but its sizes differ: ${storedBytes} and ${bytes} bytes`;
  if (bytes > MAX_RATIO * storedBytes)
    return `${storedBytes} bytes would be inflated to ${bytes}, more than ${MAX_RATIO} times as much`;
  if (method === DEFLATED && bytes > MAX_INFLATED_BYTES)
    return `it would be inflated to ${bytes} bytes, more than the ${MAX_INFLATED_BYTES} of one entry; unpack the archive and open the folder`;
  if (isZarrDocument(path.slice(path.lastIndexOf("/") + 1)) && bytes > MAX_DOCUMENT_BYTES)
    return `it has ${bytes} bytes, more than the ${MAX_DOCUMENT_BYTES} of a document of metadata`;
  return undefined;
}

/**
 * The entries without those of Zarr hierarchies that a later one of the same name replaces: the archive's writers, zarr-python
 * among them, append a document that is written once more.
 */
export function latestEntries(entries: readonly EntryFacts[]): EntryFacts[] {
  const { hierarchies } = sortFiles(entries.filter(({ isFolder }) => !isFolder));
  const latest = new Set([...hierarchies.values()].flatMap((each) => [...each.values()]));
  const names = new Set([...latest].map(({ path }) => path));
  return entries.filter((entry) => latest.has(entry) || !names.has(entry.path));
}

/**
 * Why entries are not opened, by themselves or for what others are: each name is there once, and no two share bytes of the
 * archive.
 */
export function refusals(entries: readonly EntryFacts[]): ReadonlyMap<EntryFacts, string> {
  const found = new Map<EntryFacts, string>();
  const names = new Map<string, number>();
  for (const { path } of entries) names.set(path, (names.get(path) ?? 0) + 1);
  for (const entry of entries) {
    const reason =
      refusal(entry) ??
      ((names.get(entry.path) ?? 0) > 1 ? `the archive has several entries of the name` : undefined);
    if (reason !== undefined) found.set(entry, reason);
  }
  // The extra field of a local header may be longer than nothing, so this is the least that an entry takes.
  let last: { readonly entry: EntryFacts; readonly end: number } | undefined;
  for (const entry of [...entries].sort((left, right) => left.offset - right.offset)) {
    const end = entry.offset + LOCAL_HEADER_BYTES + entry.nameBytes + entry.storedBytes;
    if (last !== undefined && entry.offset < last.end) {
      for (const [one, other] of [
        [entry, last.entry],
        [last.entry, entry],
      ] as const)
        if (!found.has(one)) found.set(one, `it overlaps ${quoted(other.path)} in the archive`);
    }
    if (last === undefined || end > last.end) last = { entry, end };
  }
  return found;
}
