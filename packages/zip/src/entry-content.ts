import { Readable, promises as streams } from "node:stream";
import { crc32, createInflateRaw, inflateRaw, type ZlibOptions } from "node:zlib";
import { FileStorageException, FileStructureException, isTVBException } from "@tvb-storage/errors";
import { type FileHandle, fileException, quoted } from "@tvb-storage/files";
import { ownProperties } from "@tvb-storage/files/internal";
import type { ArchiveEntry } from "./archive-entry.js";
import type { Archive } from "./archive-reader.js";
import { LOCAL_HEADER_BYTES, localDataStart, MAX_EXTRA_FIELD } from "./local-header.js";
import { readFully } from "./port-reader.js";
import type { ReusableBuffers } from "./reusable-buffers.js";

const STORED = 0;
const DEFLATED = 8;
const FLAG_ENCRYPTED = 1;
const FLAG_MASKED = 1 << 13;

/** Entries up to this size, packed and unpacked, are read and inflated in one go. */
const WHOLE_BYTES = 8 * 1024 * 1024;
const BLOCK_BYTES = 512 * 1024;

export function entryLabel(archive: Archive, entry: ArchiveEntry): string {
  return `the entry ${quoted(entry.name)} of the archive ${archive.path}`;
}

function entryException(archive: Archive, entry: ArchiveEntry, error: unknown): Error {
  const what = `cannot unpack ${entryLabel(archive, entry)}`;
  // Our own errors from below name only the problem.
  if (isTVBException(error, "FILE_STRUCTURE"))
    return new FileStructureException(`${what}: ${error.message}`, { cause: error.cause ?? error });
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("Z_"))
    return new FileStructureException(`${what}: its compressed data are damaged (${code})`, { cause: error });
  return fileException(error, what);
}

/** @throws FileStructureException the entry is encrypted, or compressed in a way that is not supported. */
export function checkReadable(archive: Archive, entry: ArchiveEntry): void {
  const label = entryLabel(archive, entry);
  if ((entry.flags & (FLAG_ENCRYPTED | FLAG_MASKED)) !== 0)
    throw new FileStructureException(`${label} is refused: it is encrypted`);
  if (entry.method !== STORED && entry.method !== DEFLATED)
    throw new FileStructureException(
      `${label} is refused: expected it stored (0) or deflated (8), found compression method ${entry.method}`,
    );
}

export function isWhole(entry: ArchiveEntry): boolean {
  return entry.size <= WHOLE_BYTES && entry.compressedSize <= WHOLE_BYTES;
}

function checkContent(entry: ArchiveEntry, size: number, crc: number, packed: number): void {
  if (size !== entry.size) throw new FileStructureException(`expected ${entry.size} bytes, found ${size}`);
  if (packed !== entry.compressedSize)
    throw new FileStructureException(
      `its compressed data end after ${packed} of ${entry.compressedSize} bytes`,
    );
  if (crc !== entry.crc32)
    throw new FileStructureException(
      `expected CRC ${entry.crc32.toString(16)}, found ${crc.toString(16)}: it is damaged`,
    );
}

/** Header and data are read in one call, where the data follow the header. */
async function readHead(
  handle: FileHandle,
  entry: ArchiveEntry,
  dataBytes: number,
  take: (length: number) => Buffer = Buffer.allocUnsafe,
) {
  const reach = LOCAL_HEADER_BYTES + entry.storedName.length + dataBytes;
  // The next entry starts at `end`, so this rarely reads too much.
  const length = Math.min(entry.end - entry.offset, reach + MAX_EXTRA_FIELD);
  const bytes = take(Math.max(length, 0));
  await readFully(handle, bytes, entry.offset);
  const dataStart = localDataStart(bytes, entry);
  if (dataStart === undefined)
    throw new FileStructureException("it overlaps with what follows it in the archive");
  return { bytes, dataStart };
}

interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function inflateWhole(packed: Buffer, size: number): Promise<Inflated> {
  // One byte more than expected: when a result just fills its block, zlib allocates another.
  const options = ownProperties<ZlibOptions>({ info: true, chunkSize: size + 64, maxOutputLength: size + 1 });
  return new Promise((resolve, reject) => {
    inflateRaw(packed, options, (error, result) => {
      if (error === null)
        resolve(result as unknown as Inflated); // so with `info`, which its types do not follow
      else if ("code" in error && error.code === "ERR_BUFFER_TOO_LARGE")
        reject(new FileStructureException(`it unpacks to more than its ${size} bytes`));
      else reject(error);
    });
  });
}

/**
 * All bytes of an entry for which `isWhole` is true, checked. Compressed bytes
 * are read into one of `buffers`, which is released afterwards.
 *
 * @throws FileStructureException the entry is damaged, or its headers disagree.
 */
export async function wholeContent(
  archive: Archive,
  entry: ArchiveEntry,
  buffers?: ReusableBuffers,
): Promise<Buffer> {
  try {
    // Stored bytes are not copied: their buffer is the result.
    const take = entry.method === STORED ? undefined : buffers?.take.bind(buffers);
    const { bytes, dataStart } = await readHead(archive.handle, entry, entry.compressedSize, take);
    const packed = bytes.subarray(dataStart, dataStart + entry.compressedSize);
    // An empty file is deflated to two bytes; some programs write none.
    if (entry.method === STORED || (entry.size === 0 && packed.length === 0)) {
      checkContent(entry, packed.length, crc32(packed), packed.length);
      return packed;
    }
    const { buffer, engine } = await inflateWhole(packed, entry.size);
    buffers?.giveBack(bytes);
    checkContent(entry, buffer.length, crc32(buffer), engine.bytesWritten);
    return buffer;
  } catch (error) {
    throw entryException(archive, entry, error);
  }
}

async function* packedBlocks(handle: FileHandle, start: number, length: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < length; ) {
    const block = Buffer.allocUnsafeSlow(Math.min(BLOCK_BYTES, length - done));
    await readFully(handle, block, start + done);
    done += block.length;
    yield block;
  }
}

async function* inflatedBlocks(packed: AsyncIterable<Buffer>, consumed: (bytes: number) => void) {
  const inflate = createInflateRaw(ownProperties({ chunkSize: BLOCK_BYTES }));
  // `inflate` also passes its errors on.
  const feeding = streams
    .pipeline(Readable.from(packed, { objectMode: false }), inflate)
    .catch(() => undefined);
  try {
    for await (const block of inflate) {
      if (!Buffer.isBuffer(block)) throw new FileStorageException("zlib gave something else than bytes");
      yield block;
    }
    consumed(inflate.bytesWritten);
  } finally {
    inflate.destroy();
    await feeding;
  }
}

/** The bytes of an entry in blocks, checked at the end; throws as `wholeContent` does. */
export async function* streamedContent(
  archive: Archive,
  entry: ArchiveEntry,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    const { dataStart } = await readHead(archive.handle, entry, 0);
    const packed = packedBlocks(archive.handle, entry.offset + dataStart, entry.compressedSize);
    let consumed = entry.compressedSize;
    const blocks =
      entry.method === STORED
        ? packed
        : inflatedBlocks(packed, (bytes) => {
            consumed = bytes;
          });
    let size = 0;
    let crc = 0;
    for await (const block of blocks) {
      size += block.length;
      if (size > entry.size)
        throw new FileStructureException(`it unpacks to more than its ${entry.size} bytes`);
      crc = crc32(block, crc);
      yield block;
    }
    checkContent(entry, size, crc, consumed);
  } catch (error) {
    throw entryException(archive, entry, error);
  }
}
