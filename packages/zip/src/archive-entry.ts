import { crc32 } from "node:zlib";
import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { type Entry, getFileNameLowLevel } from "yauzl";
import type { ZipOptions } from "./zip-options.js";

type EntryKind = "file" | "folder" | "link" | "special";

/** One entry as the central directory describes it. */
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
  /** Position of the local header in the file. */
  readonly offset: number;
  /** Where the next entry, or the central directory, starts. */
  end: number;
  /** Whether a tool of DOS or Windows made it, which may separate folders by backslashes. */
  readonly isDos: boolean;
  /** Permission bits; undefined where the archive has none. */
  readonly mode: number | undefined;
  readonly mtimeMs: number;
}

const FLAG_UTF8 = 1 << 11;
const UNICODE_PATH_FIELD = 0x7075;

/** Hosts of "version made by", APPNOTE 4.4.2, whose attributes hold a Unix mode. */
const UNIX_HOST = 3;
const MACOS_HOST = 19;
/** FAT, OS/2, NTFS, VFAT. */
const DOS_HOSTS: ReadonlySet<number> = new Set([0, 6, 10, 11, 14]);

const TYPE_MASK = 0o170000;
const TYPE_FOLDER = 0o040000;
const TYPE_FILE = 0o100000;
const TYPE_LINK = 0o120000;
/** An entry that was packed from a pipe is an ordinary file. */
const TYPE_PIPE = 0o010000;

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
 * as the specification says. macOS writes UTF-8 without the flag: a name that is
 * valid UTF-8 and was made on a Unix system is read as UTF-8.
 */
function decodeName(entry: Entry): string {
  const { fileNameRaw: bytes, generalPurposeBitFlag: flags, extraFields } = entry;
  if ((flags & FLAG_UTF8) !== 0) return decodeUtf8(bytes) ?? refuseName(bytes, "its flag");
  const unicodePath = extraFields.find(({ id }) => id === UNICODE_PATH_FIELD)?.data;
  // An unknown version, or a CRC that does not match: the name was changed later and the field was not.
  if (unicodePath?.[0] === 1 && unicodePath.length >= 5 && unicodePath.readUInt32LE(1) === crc32(bytes))
    return decodeUtf8(unicodePath.subarray(5)) ?? refuseName(bytes, "its Unicode path field");
  const name = unicodePath !== undefined || !isUnix(entry) ? undefined : decodeUtf8(bytes);
  return name ?? getFileNameLowLevel(flags, bytes, [], true);
}

function refuseName(bytes: Buffer, by: string): never {
  throw new FileStructureException(
    `the entry ${quoted(bytes.toString("latin1"))} is refused: its name is not UTF-8, as ${by} says`,
  );
}

function typeOf(entry: Entry): number {
  return (entry.externalFileAttributes >>> 16) & TYPE_MASK;
}

/** Only the name makes an entry a folder, not its mode or data; other programs do the same. */
function kindOf(entry: Entry, name: string): EntryKind {
  const type = typeOf(entry);
  if (type === TYPE_LINK) return "link";
  const folderByName = name.endsWith("/");
  // Other systems leave the type out.
  if (type === 0 || type === TYPE_FILE) return folderByName ? "folder" : "file";
  if (type === TYPE_FOLDER && folderByName) return "folder";
  return type === TYPE_PIPE && !folderByName ? "file" : "special";
}

export interface ArchiveContext {
  /** The byte of the file at which the archive begins. */
  readonly base: number;
  /** The name for an entry without one, packed from a pipe, as `7z a -si` packs and unpacks it. */
  readonly unnamed: string;
  readonly backslashes: NonNullable<ZipOptions["backslashes"]>;
}

/**
 * An entry of an archive.
 *
 * @throws FileStructureException its name cannot be decoded.
 */
export function archiveEntry(entry: Entry, { base, unnamed, backslashes }: ArchiveContext): ArchiveEntry {
  const isUnnamed = entry.fileNameRaw.length === 0 && typeOf(entry) === TYPE_PIPE;
  const decoded = isUnnamed ? unnamed : decodeName(entry);
  const name = backslashes === "separator" ? decoded.replaceAll("\\", "/") : decoded;
  const stored = entry.fileNameRaw.toString("latin1");
  const permissions = (entry.externalFileAttributes >>> 16) & 0o777;
  return {
    name,
    // One string for both where possible, since there may be very many.
    storedName: stored === name ? name : stored,
    kind: kindOf(entry, name),
    flags: entry.generalPurposeBitFlag,
    method: entry.compressionMethod,
    crc32: entry.crc32,
    compressedSize: entry.compressedSize,
    size: entry.uncompressedSize,
    offset: base + entry.relativeOffsetOfLocalHeader,
    end: 0,
    isDos: DOS_HOSTS.has(entry.versionMadeBy >>> 8),
    mode: isUnix(entry) && permissions !== 0 ? permissions : undefined,
    mtimeMs: entry.getLastModDate().getTime(),
  };
}
