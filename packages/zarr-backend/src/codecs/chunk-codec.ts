import { elementCount, type NDArray } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import { errorMessage } from "@tvb-storage/files/internal";
import type { StoredType } from "../metadata/stored-type.js";
import type { BytesCodec } from "./codec.js";
import { decodeElements, encodeElements, isAsInMemory } from "./elements.js";

/** How a chunk becomes bytes: its elements in an order, and what the bytes are coded with, first to last. */
export interface ChunkCoding {
  readonly type: StoredType;
  readonly order: readonly number[] | undefined;
  readonly codecs: readonly BytesCodec[];
}

/** Whether the bytes of a chunk are those of its elements in memory. */
export function isRaw({ type, order, codecs }: ChunkCoding): boolean {
  return codecs.length === 0 && order === undefined && isAsInMemory(type);
}

/** May give the memory of the chunk itself. */
export async function encodeChunk(chunk: NDArray, { type, order, codecs }: ChunkCoding): Promise<Uint8Array> {
  let bytes = encodeElements(chunk, type, order);
  for (const codec of codecs) bytes = await codec.encode(bytes);
  return bytes;
}

/** Texts have no fixed length: a chunk of them is not taken for damage below this. */
const MAX_TEXT_BYTES = 2 ** 31 - 1;
/** What a codec inside others may add to bytes that do not compress. */
const SLACK_BYTES = 4096;

/**
 * Elements that may share the memory of the bytes.
 *
 * @param key Of the object, for messages.
 * @throws FileStorageException damaged bytes, or those of another chunk.
 */
export async function decodeChunk(
  bytes: Uint8Array,
  shape: readonly number[],
  { type, order, codecs }: ChunkCoding,
  key: string,
): Promise<NDArray> {
  try {
    const plain = type.kind === "text" ? MAX_TEXT_BYTES : elementCount(shape) * type.itemBytes;
    let content = bytes;
    for (const [i, codec] of [...codecs.entries()].reverse())
      content = await codec.decode(content, i === 0 ? plain : plain + plain / 64 + SLACK_BYTES);
    return decodeElements(content, type, shape, order);
  } catch (error) {
    throw new FileStorageException(`the chunk ${key} is damaged: ${errorMessage(error)}`, { cause: error });
  }
}

/** Codes bytes through codecs, first to last. */
export async function encodeBytes(bytes: Uint8Array, codecs: readonly BytesCodec[]): Promise<Uint8Array> {
  let coded = bytes;
  for (const codec of codecs) coded = await codec.encode(coded);
  return coded;
}
