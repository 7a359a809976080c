import { elementCount } from "@tvb-storage/core/arrays";
import { type Btree1Node, btree1Nodes, chunkTree } from "../btrees/btree-v1.js";
import { BTREE2_TYPE, btree2Records, readBtree2Header } from "../btrees/btree-v2.js";
import { ByteReader } from "../bytes/byte-reader.js";
import type { Extent } from "../bytes/extent.js";
import type { Dataspace } from "../datatypes/dataspace-message.js";
import type { StructureFile } from "../headers/structure-file.js";
import { Traversal } from "../headers/traversal.js";
import { chunkOffsets } from "./chunk-order.js";
import { extensibleArrayParts } from "./extensible-array.js";
import { fixedArrayParts } from "./fixed-array.js";
import type { Layout } from "./layout-message.js";

// File Format Specification, appendix "Types of Indexes for Dataset Chunks".

export type ChunkedLayout = Extract<Layout, { class: "chunked" }>;

/** A piece of a chunked dataset's storage: data, or a block of the index that finds them. */
export type ChunkPart = StoredChunk | (Extent & { readonly part: "index" });

/** A chunk that is in the file. */
export interface StoredChunk extends Extent {
  readonly part: "chunk";
  /** Of its first element in the dataset, one entry an axis. */
  readonly offset: readonly number[];
  /** Bit `i`: filter `i` of the pipeline was left out. */
  readonly filterMask: number;
}

/** Bytes of a chunk that no filter has changed. */
export function chunkBytes(layout: ChunkedLayout): number {
  return elementCount(layout.chunkShape) * layout.elementSize;
}

/** Everything that a chunked dataset occupies, except its object header. */
export function* chunkParts(
  file: StructureFile,
  layout: ChunkedLayout,
  space: Dataspace,
): Generator<ChunkPart> {
  const { index } = layout;
  if (index.address === undefined) return;
  const bounds = new Traversal(file);
  for (const part of partsOf(file, layout, index.address, space)) {
    if (part.part === "chunk") {
      // A chunk may be met once only, and together they cannot exceed the file.
      bounds.enter("chunk", part.address, part.size);
      file.check("chunk", part.address, part.size);
    }
    yield part;
  }
}

/** The chunks that are in the file. */
export function* storedChunks(
  file: StructureFile,
  layout: ChunkedLayout,
  space: Dataspace,
): Generator<StoredChunk> {
  for (const part of chunkParts(file, layout, space)) if (part.part === "chunk") yield part;
}

export function storedChunkCount(file: StructureFile, layout: ChunkedLayout, space: Dataspace): number {
  let count = 0;
  for (const _ of storedChunks(file, layout, space)) count += 1;
  return count;
}

function partsOf(
  file: StructureFile,
  layout: ChunkedLayout,
  address: number,
  space: Dataspace,
): Iterable<ChunkPart> {
  const { index, chunkShape } = layout;
  const size = chunkBytes(layout);
  switch (index.kind) {
    case "btree-v1":
      return btree1Parts(file, address, chunkShape.length);
    case "single": {
      const { filteredSize, filterMask } = index;
      const offset = chunkShape.map(() => 0);
      return [{ part: "chunk", address, size: filteredSize ?? size, offset, filterMask }];
    }
    case "implicit":
      return implicitParts(file, layout, address, space);
    case "fixed-array":
      return fixedArrayParts(file, address, size, chunkOffsets(layout, space));
    case "extensible-array":
      return extensibleArrayParts(file, address, size, chunkOffsets(layout, space));
    case "btree-v2":
      return btree2Parts(file, address, size, chunkShape);
  }
}

/** All chunks that the largest extent of the dataset needs, in one stretch, in order. */
function* implicitParts(
  file: StructureFile,
  layout: ChunkedLayout,
  address: number,
  space: Dataspace,
): Generator<ChunkPart> {
  const size = chunkBytes(layout);
  const count = layout.chunkShape.reduce((product, chunk, axis) => {
    const extent = space.maxShape[axis] ?? space.shape[axis] ?? 0;
    return product * Math.ceil(extent / chunk);
  }, 1);
  file.check("chunks without an index", address, size * count);
  const offsetOf = chunkOffsets(layout, space);
  for (let index = 0; index < count; index++) {
    yield { part: "chunk", address: address + index * size, size, offset: offsetOf(index), filterMask: 0 };
  }
}

function* btree1Parts(file: StructureFile, address: number, rank: number): Generator<ChunkPart> {
  for (const node of btree1Nodes(file, chunkTree(file, rank), address, new Traversal(file))) {
    yield { part: "index", address: node.address, size: node.size };
    if (node.level === 0) yield* btree1Chunks(file, node, rank);
  }
}

/** The chunks of a leaf of a version 1 B-tree. */
export function* btree1Chunks(file: StructureFile, node: Btree1Node, rank: number): Generator<StoredChunk> {
  for (const [entry, address] of node.children.entries()) {
    const key = node.keys[entry];
    if (key === undefined) continue;
    const reader = new ByteReader(key, file, "version 1 B-tree node", node.address);
    const size = reader.u32();
    const filterMask = reader.u32();
    const offset = Array.from({ length: rank }, () => reader.uint(8));
    yield { part: "chunk", address, size, offset, filterMask };
  }
}

/** Record types 10 and 11: the address, with filters the stored size and mask, and the chunk's offset, counted in chunks. */
function* btree2Parts(
  file: StructureFile,
  address: number,
  size: number,
  chunkShape: readonly number[],
): Generator<ChunkPart> {
  const header = readBtree2Header(file, address, [BTREE2_TYPE.chunks, BTREE2_TYPE.filteredChunks]);
  yield { part: "index", address, size: header.size };
  const nodes: Extent[] = [];
  const noteNode = (at: number, nodeSize: number) => nodes.push({ address: at, size: nodeSize });
  const sizeField = header.recordSize - file.offsetSize - 4 - 8 * chunkShape.length;
  for (const record of btree2Records(file, header, noteNode)) {
    const reader = new ByteReader(record, file, "chunk record", address);
    const chunk = reader.definedAddress("a chunk");
    const filtered = header.type === BTREE2_TYPE.filteredChunks;
    const stored = filtered ? reader.uint(sizeField) : size;
    const filterMask = filtered ? reader.u32() : 0;
    const offset = chunkShape.map((length) => reader.uint(8) * length);
    yield { part: "chunk", address: chunk, size: stored, offset, filterMask };
  }
  for (const node of nodes) yield { part: "index", ...node };
}
