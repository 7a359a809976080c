import { FileStorageException } from "@tvb-storage/errors";
import { errorMessage, Turns } from "@tvb-storage/files/internal";
import { type PlacedBytes, partOf, placedBlob } from "../data/bytes-place.js";
import type { EntryFacts } from "./archive-entries.js";
import { bytesAt } from "./file-kind.js";

const LOCAL_HEADER_BYTES = 30;
const LOCAL_SIGNATURE = 0x04034b50;
/** Compressed bytes that are read at once, and those of them that are inflated at once, to a thousand times as much. */
const BLOCK_BYTES = 4 * 1024 * 1024;
const PIECE_BYTES = 32 * 1024;
/** The browser inflates on the thread of the page. */
const turns = new Turns(4 * 1024 * 1024);

/** Of gzip (RFC 1952): deflated, without a name, a time or a system. */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);

/**
 * The content of an entry of an archive: one that is stored as it is in its place, a deflated one inflated now, which the
 * browser keeps in memory or on its disk.
 *
 * @throws FileStorageException it is not where the directory says, or its content is not what that says.
 */
export async function entryBytes(entry: EntryFacts, archive: PlacedBytes): Promise<PlacedBytes> {
  const { path, offset, storedBytes, method } = entry;
  const header = await bytesAt(archive, offset, LOCAL_HEADER_BYTES);
  const view = new DataView(header.buffer);
  if (header.length < LOCAL_HEADER_BYTES || view.getUint32(0, true) !== LOCAL_SIGNATURE)
    throw new FileStorageException(`${path} is not where the directory of the archive says`);
  const start = offset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + storedBytes > archive.size)
    throw new FileStorageException(`${path} would end beyond the end of the archive`);
  const stored: PlacedBytes = {
    size: storedBytes,
    place: partOf(archive.place, start, storedBytes),
    read: (target, position) =>
      archive.read(target.subarray(0, Math.max(0, storedBytes - position)), start + position),
  };
  if (method === 0) return stored;
  try {
    return placedBlob(await inflated(stored, entry));
  } catch (error) {
    throw new FileStorageException(
      `${path} cannot be inflated: it is not the ${entry.bytes} bytes that the archive says (${errorMessage(error)})`,
      { cause: error },
    );
  }
}

/** By way of gzip, of which the browser itself checks the length and the CRC-32. */
function inflated(deflated: PlacedBytes, entry: EntryFacts): Promise<Blob> {
  let length = 0;
  const bounded = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    async transform(piece, controller) {
      length += piece.length;
      if (length > entry.bytes) throw new RangeError("there are more");
      controller.enqueue(piece);
      await turns.spend(piece.length);
    },
  });
  const inflating = streamOf(gzip(deflated, entry)).pipeThrough(new DecompressionStream("gzip"));
  return new Response(inflating.pipeThrough(bounded)).blob();
}

async function* gzip(
  deflated: PlacedBytes,
  { crc, bytes }: EntryFacts,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield GZIP_HEADER;
  for (let at = 0; at < deflated.size; at += BLOCK_BYTES) {
    const block = await bytesAt(deflated, at, BLOCK_BYTES);
    for (let from = 0; from < block.length; from += PIECE_BYTES) yield block.slice(from, from + PIECE_BYTES);
  }
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc, true);
  trailer.setUint32(4, bytes, true);
  yield new Uint8Array(trailer.buffer);
}

/** Its pieces, each made when it is asked for. */
function streamOf(pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream(
    {
      async pull(controller) {
        const next = await pieces.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
    },
    { highWaterMark: 0 },
  );
}
