import { FileStructureException } from "@tvb-storage/errors";
import { type Entry, getFileNameLowLevel } from "yauzl";
import { quoted } from "./entry-name.js";

export type EntryKind = "file" | "folder" | "link" | "special";

/** One entry as the central directory tells it. */
export interface ArchiveEntry {
  readonly name: string;
  /** The bytes of the name as it is stored, each as a character. */
  readonly storedName: string;
  readonly kind: EntryKind;
  /** General purpose bit flags, APPNOTE 4.4.4. */
  readonly flags: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  /** Bytes, unpacked. */
  readonly size: number;
  /** Of the local header, in the file. */
  readonly offset: number;
  /** Where the next entry, or the central directory, starts. */
  end: number;
  /** Permission bits; undefined where the archive has none. */
  readonly mode: number | undefined;
  readonly mtimeMs: number;
}

const FLAG_UTF8 = 1 << 11;
const UNICODE_PATH_FIELD = 0x7075;

/** Hosts of "version made by", APPNOTE 4.4.2, whose attributes hold a Unix mode. */
const UNIX_HOST = 3;
const MACOS_HOST = 19;

const TYPE_MASK = 0o170000;
const TYPE_FOLDER = 0o040000;
const TYPE_FILE = 0o100000;
const TYPE_LINK = 0o120000;

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function isUnix(entry: Entry): boolean {
  const host = entry.versionMadeBy >>> 8;
  return host === UNIX_HOST || host === MACOS_HOST;
}

/**
 * The name by its flag, else by its Unicode path field, else as code page 437,
 * as the specification says. macOS writes UTF-8 and does not say so: what is
 * valid UTF-8 and made on a Unix system is taken for it.
 */
function decodeName(entry: Entry): string {
  const { fileNameRaw: bytes, generalPurposeBitFlag: flags, extraFields } = entry;
  if ((flags & FLAG_UTF8) !== 0) {
    const name = decodeUtf8(bytes);
    if (name !== undefined) return name;
    throw new FileStructureException(
      `the entry ${quoted(bytes.toString("latin1"))} is refused: its name is not UTF-8, as its flag says`,
    );
  }
  const hasUnicodePath = extraFields.some((field) => field.id === UNICODE_PATH_FIELD);
  const name = hasUnicodePath || !isUnix(entry) ? undefined : decodeUtf8(bytes);
  return name ?? getFileNameLowLevel(flags, bytes, extraFields, true);
}

function kindOf(entry: Entry, name: string): EntryKind {
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK;
  if (type === TYPE_LINK) return "link";
  const folderByName = name.endsWith("/");
  // Other systems leave the type out.
  if (type === 0) return folderByName ? "folder" : "file";
  if (type === (folderByName ? TYPE_FOLDER : TYPE_FILE)) return folderByName ? "folder" : "file";
  return "special";
}

/** @throws FileStructureException its name cannot be decoded. */
export function archiveEntry(entry: Entry): ArchiveEntry {
  const name = decodeName(entry);
  const stored = entry.fileNameRaw.toString("latin1");
  const permissions = (entry.externalFileAttributes >>> 16) & 0o777;
  return {
    name,
    // One string for both where that is possible: there may be very many.
    storedName: stored === name ? name : stored,
    kind: kindOf(entry, name),
    flags: entry.generalPurposeBitFlag,
    method: entry.compressionMethod,
    crc32: entry.crc32,
    compressedSize: entry.compressedSize,
    size: entry.uncompressedSize,
    offset: entry.relativeOffsetOfLocalHeader,
    end: 0,
    mode: isUnix(entry) && permissions !== 0 ? permissions : undefined,
    mtimeMs: entry.getLastModDate().getTime(),
  };
}
