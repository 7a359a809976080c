import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import type { AsyncFileBytes } from "@tvb-storage/files";
import { errorMessage } from "@tvb-storage/files/internal";
import type { ReadableStore } from "@tvb-storage/zarr-backend";
import { type FileEntry, type Reader, ZipReader } from "@zip.js/zip.js/lib/zip-core-reader.js";
import { type PlacedBytes, partOf, placedBlob } from "../data/bytes-place.js";
import { type EntryFacts, refusals } from "./archive-entries.js";
import { bytesSourceFile, zarrSourceFile } from "./data-source-file.js";
import { bytesAt, kindByName } from "./file-kind.js";
import { storeBeneath } from "./folder-store.js";
import { countedBytes, type ReadCount } from "./read-count.js";
import { sortFiles } from "./sort-files.js";
import type { Source, SourceFile } from "./source.js";

/** An archive whose bytes are read as they are needed. */
export interface OpenedArchive {
  readonly id: string;
  /** `project.zip` */
  readonly name: string;
  readonly bytes: PlacedBytes;
  readonly address?: string;
}

interface Entry extends EntryFacts {
  readonly path: string;
  readonly entry: FileEntry;
}

const LOCAL_HEADER_BYTES = 30;
const LOCAL_SIGNATURE = 0x04034b50;
/** Of one piece that is read of an archive: a directory is in memory as a whole, and a forged one could say any length. */
const MAX_PIECE_BYTES = 256 * 1024 * 1024;
/** Compressed bytes that are read at once. */
const PIECE_BYTES = 1024 * 1024;

/**
 * The files of a ZIP archive, such as the export of a project, or the Zarr hierarchy that it is. Now its directory is read;
 * an entry is inflated when it is opened, and one that is stored as it is is read where it is.
 *
 * @throws FileStructureException no ZIP archive, or a damaged one.
 */
export async function archiveSource(archive: OpenedArchive): Promise<Source> {
  const { id, name, bytes, address } = archive;
  const entries = await entriesOf(archive);
  const refused = refusals(entries);
  const { hierarchies, files, unknown, archives, others } = sortFiles(
    entries.filter((entry) => !entry.isFolder && !refused.has(entry)),
  );
  // One for all hierarchies: it reads the directory once more, by the rules of its own.
  let opened: Promise<ReadableStore> | undefined;
  const store = () => {
    opened ??= import("@tvb-storage/zarr-backend").then(({ ZipStore }) => ZipStore.open(bytes, name));
    return opened;
  };
  const found: SourceFile[] = [...hierarchies.keys()].map((path) =>
    zarrSourceFile(id, { path: path === "" ? name : path }, async () =>
      path === "" ? store() : storeBeneath(await store(), `${path}/`),
    ),
  );
  found.push(...files.map((entry) => entryFile(id, entry, bytes)));
  return {
    id,
    kind: "archive",
    name,
    ...(address === undefined ? {} : { address }),
    files: found.sort((left, right) => (left.path < right.path ? -1 : 1)),
    problems: [
      ...[...refused].map(([entry, reason]) => ({ path: entry.path, reason })),
      ...archives.map(({ path }) => ({
        path,
        reason: "it is an archive in an archive; unpack it and open it by itself",
      })),
    ],
    leftOut: [...others, ...unknown].map(({ path }) => path),
  };
}

async function entriesOf({ name, bytes }: OpenedArchive): Promise<Entry[]> {
  try {
    const reader = new ZipReader(zipReader(bytes), {
      useWebWorkers: false,
      // Names and doubles are looked at here, each for itself: one does not keep the others from being opened.
      filenameValidation: "tolerant",
    });
    return (await reader.getEntries()).map((entry) => ({
      name: entry.filename,
      path: entry.filename,
      isFolder: entry.directory,
      isLink: entry.symlink,
      isEncrypted: entry.encrypted,
      offset: entry.offset,
      nameBytes: entry.rawFilename.length,
      storedBytes: entry.compressedSize,
      bytes: entry.uncompressedSize,
      method: entry.compressionMethod,
      // A folder's entry is never read.
      entry: entry as FileEntry,
    }));
  } catch (error) {
    throw new FileStructureException(`${name} is no ZIP archive that can be read: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

function entryFile(sourceId: string, entry: Entry, archive: PlacedBytes): SourceFile {
  const { path, bytes: size } = entry;
  const description = {
    path,
    size,
    modified: entry.entry.lastModDate,
    ...(kindByName(path) === "document" ? { isDocument: true } : {}),
  };
  return bytesSourceFile(sourceId, description, async (reads) =>
    entry.method === 0
      ? storedBytes(entry, countedBytes(archive, reads))
      : placedBlob(await inflated(entry, reads)),
  );
}

/** The bytes of an entry that is stored as it is, in their place in the archive. */
async function storedBytes({ offset, bytes: size, path }: Entry, archive: PlacedBytes): Promise<PlacedBytes> {
  const header = await bytesAt(archive, offset, LOCAL_HEADER_BYTES);
  const view = new DataView(header.buffer);
  if (header.length < LOCAL_HEADER_BYTES || view.getUint32(0, true) !== LOCAL_SIGNATURE)
    throw new FileStorageException(`${path} is not where the directory of the archive says`);
  const start = offset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + size > archive.size)
    throw new FileStorageException(`${path} would end beyond the end of the archive`);
  return {
    size,
    place: partOf(archive.place, start, size),
    read: (target, position) =>
      archive.read(target.subarray(0, Math.max(0, size - position)), start + position),
  };
}

/** The content of a deflated entry, which the browser keeps where it likes to. Its length and its CRC-32 must be as said. */
async function inflated({ entry, path, bytes, storedBytes: stored }: Entry, reads: ReadCount): Promise<Blob> {
  let count = 0;
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(piece, controller) {
      count += piece.length;
      if (count > bytes) throw new RangeError(`it has more than the ${bytes} bytes that the archive says`);
      controller.enqueue(piece);
    },
  });
  const content = new Response(readable).blob();
  try {
    const [blob] = await Promise.all([
      content,
      entry.getData(writable, { checkCrc32: true, useWebWorkers: false }),
    ]);
    reads.add(stored);
    if (blob.size !== bytes)
      throw new RangeError(`it has ${blob.size} bytes, not the ${bytes} that the archive says`);
    return blob;
  } catch (error) {
    throw new FileStorageException(`${path} cannot be inflated: ${errorMessage(error)}`, { cause: error });
  }
}

/** The bytes of an archive as zip.js asks for them. */
function zipReader(bytes: AsyncFileBytes): Reader<unknown> {
  const { size } = bytes;
  const readUint8Array = (position: number, length: number): Promise<Uint8Array> => {
    if (length > MAX_PIECE_BYTES) throw new RangeError(`its directory says that it has ${length} bytes`);
    return bytesAt(bytes, position, length);
  };
  const createReadable: Reader<unknown>["createReadable"] = ({ offset = 0, size: length = size } = {}) => {
    let at = offset;
    const end = Math.min(size, offset + length);
    return new ReadableStream({
      async pull(controller) {
        const piece = await readUint8Array(at, Math.min(PIECE_BYTES, end - at));
        at += piece.length;
        if (piece.length > 0) controller.enqueue(piece);
        if (piece.length === 0 || at >= end) controller.close();
      },
    });
  };
  return {
    size,
    get readable() {
      return createReadable();
    },
    readUint8Array,
    createReadable,
  };
}
