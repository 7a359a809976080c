import type { AsyncFileBytes } from "@tvb-storage/files";
import { type Reader, ZipReader } from "@zip.js/zip.js/lib/zip-core-reader.js";
import type { EntryFacts } from "./archive-entries.js";
import { bytesAt } from "./file-kind.js";

/** Of one piece that is read: a directory is in memory as a whole, and a forged one could say any length. */
const MAX_PIECE_BYTES = 256 * 1024 * 1024;

/** The entries of a ZIP archive, by its directory. Throws what zip.js does where it is damaged, or there is none. */
export async function archiveDirectory(bytes: AsyncFileBytes): Promise<EntryFacts[]> {
  const reader = new ZipReader(directoryReader(bytes), {
    // Names and doubles are looked at here, each for itself: one does not keep the others from being opened.
    filenameValidation: "tolerant",
  });
  return (await reader.getEntries()).map((entry) => ({
    path: entry.filename,
    isFolder: entry.directory,
    isLink: entry.symlink,
    isEncrypted: entry.encrypted,
    offset: entry.offset,
    nameBytes: entry.rawFilename.length,
    storedBytes: entry.compressedSize,
    bytes: entry.uncompressedSize,
    method: entry.compressionMethod,
    crc: entry.crc32 ?? 0,
    modified: entry.lastModDate,
  }));
}

function directoryReader(bytes: AsyncFileBytes): Reader<unknown> {
  const parts: Pick<Reader<unknown>, "size" | "readUint8Array"> = {
    size: bytes.size,
    async readUint8Array(position, length) {
      if (length > MAX_PIECE_BYTES) throw new RangeError(`its directory says that it has ${length} bytes`);
      return bytesAt(bytes, position, length);
    },
  };
  // The rest of a Reader is for the content of entries, which is read elsewhere.
  return parts as Reader<unknown>;
}
