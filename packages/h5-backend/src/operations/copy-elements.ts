import { elementCount, type Region } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import type { LongCall } from "@tvb-storage/files/internal";
import {
  BytesSink,
  CheckSink,
  type DatasetInfo,
  type Datatype,
  GlobalHeap,
  type Hdf5Structure,
  spaceElements,
  storedChunkCount,
  storedChunks,
} from "@tvb-storage/hdf5/internal";
import { hasVlen, memoryType } from "../elements/memory-order.js";
import type { H5File, Hyperslab } from "../engine/h5-file.js";
import type { H5Handle } from "../session/h5-handle.js";
import { ioBlocks } from "../session/io-blocks.js";
import { fullChunkCount } from "./check-copyable.js";
import { vlenTexts } from "./copy-object.js";

/** What a text of variable length is taken to need, for the size of blocks. */
const TEXT_BYTES = 64;

/** Elements of a dataset that are read in one go; no hyperslab for a scalar. */
interface Piece {
  readonly block: Hyperslab | undefined;
  readonly count: number;
}

/** Bytes of data of a dataset, as progress counts them. */
export function dataBytes({ dataspace, datatype }: DatasetInfo): number {
  return spaceElements(dataspace) * datatype.size;
}

/** The stored data of a dataset in blocks; nothing of what was never written. */
function* storedPieces(structure: Hdf5Structure, dataset: DatasetInfo, memory: Datatype): Generator<Piece> {
  const { layout, dataspace } = dataset;
  const { shape } = dataspace;
  const itemBytes = hasVlen(memory) ? TEXT_BYTES : memory.size;
  const filtered = dataset.filters.length > 0;
  if (elementCount(shape) === 0) return;
  if (layout.class === "contiguous") {
    if (layout.address === undefined) return;
    if (shape.length === 0) yield { block: undefined, count: 1 };
    else
      for (const region of ioBlocks(shape, { itemBytes, chunks: undefined, filtered, firstRow: 0 }))
        yield pieceOf(region);
    return;
  }
  if (layout.class !== "chunked") return;
  const chunks = layout.chunkShape;
  if (storedChunkCount(structure.file, layout, dataspace) === fullChunkCount(shape, chunks)) {
    for (const region of ioBlocks(shape, { itemBytes, chunks, filtered, firstRow: 0 })) yield pieceOf(region);
    return;
  }
  for (const { offset } of storedChunks(structure.file, layout, dataspace)) {
    // At the edge a chunk reaches beyond the dataset.
    const within = chunks.map((length, axis) => Math.min(length, (shape[axis] ?? 0) - (offset[axis] ?? 0)));
    if (within.some((length) => length <= 0)) continue;
    for (const region of ioBlocks(within, { itemBytes, chunks: undefined, filtered, firstRow: 0 })) {
      const moved = region.offset.map((at, axis) => at + (offset[axis] ?? 0));
      yield pieceOf({ offset: moved, shape: region.shape });
    }
  }
}

function pieceOf({ offset, shape }: Region): Piece {
  return { block: { offset, stride: shape.map(() => 1), count: shape }, count: elementCount(shape) };
}

/** A dataset whose data are copied or compared. */
export interface CopiedDataset {
  readonly path: string;
  readonly dataset: DatasetInfo;
  readonly structure: Hdf5Structure;
}

/**
 * Copies the data of a dataset into that of the same path and type in another file.
 *
 * @throws FileStorageException what is stored is not what its shape needs.
 */
export async function copyElements(
  copied: CopiedDataset,
  source: H5Handle,
  target: H5File,
  call: LongCall,
): Promise<void> {
  const { path, dataset, structure } = copied;
  // HDF5 decodes chunks without a look at their length.
  const reader = source.reader(source.dataset(path));
  await reader.readStored(new CheckSink(structure.file, dataset.datatype), call.quiet());
  await forPieces(copied, call, async ({ block }, layout) =>
    source.file.copyElements(target, path, block, layout),
  );
}

/**
 * Compares the data of a dataset with those of the same path in another file, byte for byte.
 *
 * @throws FileStorageException they differ.
 */
export async function compareElements(
  compared: CopiedDataset,
  source: H5Handle,
  copy: H5Handle,
  call: LongCall,
): Promise<void> {
  const { path } = compared;
  const original = elementsOf(source, path);
  const copied = elementsOf(copy, path);
  await forPieces(compared, call, async ({ block, count }) => {
    const wanted = await original(block, count);
    const found = await copied(block, count);
    if (!wanted.every((bytes, index) => sameBytes(bytes, found[index])))
      throw new FileStorageException(`the data of ${path} are not what they were`);
  });
}

/** Reads pieces of a dataset: their bytes in the file, or those of each text of variable length. */
function elementsOf(handle: H5Handle, path: string) {
  const dataset = handle.dataset(path);
  const { type } = dataset;
  return async (block: Hyperslab | undefined, count: number): Promise<Uint8Array[]> => {
    const ranges = (block?.offset ?? []).map((start, axis) => ({
      start,
      step: block?.stride[axis] ?? 1,
      count: block?.count[axis] ?? 1,
    }));
    const sink = new BytesSink(type.size, count);
    await handle.reader(dataset).read(ranges, sink);
    if (type.class !== "vlen-string") return [sink.bytes];
    const heap = new GlobalHeap(handle.structure.file);
    return vlenTexts(heap, sink.bytes, type.size).map((text) => text.slice());
  };
}

/** Runs `work` on each piece that is stored, yielding to the event loop between them. */
async function forPieces(
  { dataset, structure }: CopiedDataset,
  call: LongCall,
  work: (piece: Piece, layout: { byteLength: number; hasVlen: boolean }) => Promise<void>,
): Promise<void> {
  const memory = memoryType(dataset.datatype);
  for (const piece of storedPieces(structure, dataset, memory)) {
    await call.pause();
    const layout = { byteLength: piece.count * memory.size, hasVlen: hasVlen(memory) };
    await work(piece, layout);
    call.advance(layout.byteLength);
  }
}

/** Whether two byte arrays are equal. */
function sameBytes(left: Uint8Array, right: Uint8Array | undefined): boolean {
  if (left.length !== right?.length) return false;
  const words = left.length >> 3;
  // Both are copies of their own, and so begin at a multiple of eight.
  const wordsOf = (bytes: Uint8Array) => new BigUint64Array(bytes.buffer, bytes.byteOffset, words);
  const a = wordsOf(left);
  const b = wordsOf(right);
  for (let index = 0; index < words; index++) if (a[index] !== b[index]) return false;
  for (let index = words * 8; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}
