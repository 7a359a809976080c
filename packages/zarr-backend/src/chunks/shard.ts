import { FileStorageException } from "@tvb-storage/errors";
import { concatenatedBytes, errorMessage } from "@tvb-storage/files/internal";
import { encodeBytes } from "../codecs/chunk-codec.js";
import type { ShardLayout } from "../metadata/array-layout.js";
import type { ByteRange } from "../stores/object-store.js";
import { gridShape } from "./chunk-grid.js";

// A shard (codec `sharding_indexed`, version 1.0): chunks one after the other, and an index with the offset and the length
// of each, in C order. A chunk that is not there has all bits set in both.

const ENTRY_BYTES = 16;
const ABSENT = 2n ** 64n - 1n;

/** Where the chunks of a shard are in its object; undefined for one that is not stored. */
export type ShardIndex = readonly (
  | (ByteRange & { readonly offset: number; readonly length: number })
  | undefined
)[];

/** Chunks along each axis of a shard. */
export function chunksInShard(shardShape: readonly number[], shard: ShardLayout): number[] {
  return gridShape(shardShape, shard.chunks);
}

function indexBytes(count: number, { indexCodecs }: ShardLayout): number {
  return indexCodecs.reduce((sum, { adds = 0 }) => sum + adds, count * ENTRY_BYTES);
}

export function indexRange(count: number, shard: ShardLayout): ByteRange {
  const length = indexBytes(count, shard);
  return shard.indexAtEnd ? { suffix: length } : { offset: 0, length };
}

/** @throws FileStorageException a damaged index. */
export async function parseIndex(
  bytes: Uint8Array,
  count: number,
  shard: ShardLayout,
  key: string,
): Promise<ShardIndex> {
  try {
    if (bytes.length !== indexBytes(count, shard)) throw new RangeError("it is cut short");
    let plain = bytes;
    for (const codec of [...shard.indexCodecs].reverse()) plain = await codec.decode(plain, bytes.length);
    const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
    return Array.from({ length: count }, (_, i) => {
      const offset = view.getBigUint64(i * ENTRY_BYTES, true);
      const length = view.getBigUint64(i * ENTRY_BYTES + 8, true);
      if (offset === ABSENT && length === ABSENT) return undefined;
      if (offset > Number.MAX_SAFE_INTEGER || length > 2 ** 32) throw new RangeError(`chunk ${i} is nowhere`);
      return { offset: Number(offset), length: Number(length) };
    });
  } catch (error) {
    throw new FileStorageException(`the index of the shard ${key} is damaged: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

/** A shard of coded chunks, all of which are there. */
export async function formatShard(chunks: readonly Uint8Array[], shard: ShardLayout): Promise<Uint8Array> {
  const index = new Uint8Array(chunks.length * ENTRY_BYTES);
  const view = new DataView(index.buffer);
  let offset = shard.indexAtEnd ? 0 : indexBytes(chunks.length, shard);
  for (const [i, { length }] of chunks.entries()) {
    view.setBigUint64(i * ENTRY_BYTES, BigInt(offset), true);
    view.setBigUint64(i * ENTRY_BYTES + 8, BigInt(length), true);
    offset += length;
  }
  const coded = await encodeBytes(index, shard.indexCodecs);
  return concatenatedBytes(shard.indexAtEnd ? [...chunks, coded] : [coded, ...chunks]);
}
