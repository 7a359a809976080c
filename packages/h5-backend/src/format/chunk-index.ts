import { btree1Nodes, chunkTree } from "./btree-v1.js";
import { BTREE2_TYPE, btree2Records, readBtree2Header } from "./btree-v2.js";
import { ByteReader } from "./byte-reader.js";
import type { Dataspace } from "./dataspace-message.js";
import { extensibleArrayParts } from "./extensible-array.js";
import type { Extent } from "./extent.js";
import { fixedArrayParts } from "./fixed-array.js";
import type { Layout } from "./layout-message.js";
import type { StructureFile } from "./structure-file.js";
import { Traversal } from "./traversal.js";

// File Format Specification, appendix "Types of Indexes for Dataset Chunks".

export type ChunkedLayout = Extract<Layout, { class: "chunked" }>;

/** A piece of a chunked dataset's storage: data, or a block of the index that finds them. */
export interface ChunkPart extends Extent {
  readonly part: "chunk" | "index";
  /** Where the chunk's first element is in the dataset; only B-trees of chunks say it. */
  readonly offset?: readonly number[];
}

/** Bytes of a chunk that no filter has changed. */
export function chunkBytes(layout: ChunkedLayout): number {
  return layout.chunkShape.reduce((product, extent) => product * extent, layout.elementSize);
}

/** Everything that a chunked dataset occupies besides its object header. */
export function* chunkParts(
  file: StructureFile,
  layout: ChunkedLayout,
  space: Dataspace,
): Generator<ChunkPart> {
  const { index } = layout;
  if (index.address === undefined) return;
  const size = chunkBytes(layout);
  const bounds = new Traversal(file);
  for (const part of partsOf(file, layout, index.address, space, size)) {
    if (part.part === "chunk") {
      // A chunk may be met once only, and together they cannot exceed the file.
      bounds.enter("chunk", part.address, part.size);
      file.check("chunk", part.address, part.size);
    }
    yield part;
  }
}

function partsOf(
  file: StructureFile,
  layout: ChunkedLayout,
  address: number,
  space: Dataspace,
  size: number,
): Iterable<ChunkPart> {
  const { index } = layout;
  switch (index.kind) {
    case "btree-v1":
      return btree1Parts(file, address, layout.chunkShape.length);
    case "single":
      return [{ part: "chunk", address, size: index.filteredSize ?? size }];
    case "implicit":
      // All chunks in one stretch, in order: one part says as much as each alone.
      return [{ part: "chunk", address, size: size * chunkCount(layout, space) }];
    case "fixed-array":
      return fixedArrayParts(file, address, size);
    case "extensible-array":
      return extensibleArrayParts(file, address, size);
    case "btree-v2":
      return btree2Parts(file, address, size, layout.chunkShape.length);
  }
}

/** Chunks that the largest extent of the dataset needs. */
function chunkCount(layout: ChunkedLayout, space: Dataspace): number {
  return layout.chunkShape.reduce((count, chunk, axis) => {
    const extent = space.maxShape[axis] ?? space.shape[axis] ?? 0;
    return count * Math.ceil(extent / chunk);
  }, 1);
}

function* btree1Parts(file: StructureFile, address: number, rank: number): Generator<ChunkPart> {
  for (const node of btree1Nodes(file, chunkTree(file, rank), address, new Traversal(file))) {
    yield { part: "index", address: node.address, size: node.size };
    if (node.level > 0) continue;
    for (const [entry, child] of node.children.entries()) {
      const key = node.keys[entry];
      if (key === undefined) continue;
      const reader = new ByteReader(key, file, "version 1 B-tree node", node.address);
      const size = reader.u32();
      reader.skip(4); // filter mask
      const offset = Array.from({ length: rank }, () => reader.uint(8));
      yield { part: "chunk", address: child, size, offset };
    }
  }
}

/** Record types 10 and 11: the address, with filters the stored size and mask, and the chunk's place. */
function* btree2Parts(
  file: StructureFile,
  address: number,
  size: number,
  rank: number,
): Generator<ChunkPart> {
  const header = readBtree2Header(file, address, [BTREE2_TYPE.chunks, BTREE2_TYPE.filteredChunks]);
  yield { part: "index", address, size: header.size };
  const nodes: Extent[] = [];
  const noteNode = (at: number, nodeSize: number) => nodes.push({ address: at, size: nodeSize });
  const sizeField = header.recordSize - file.offsetSize - 4 - 8 * rank;
  for (const record of btree2Records(file, header, noteNode)) {
    const reader = new ByteReader(record, file, "chunk record", address);
    const chunk = reader.definedAddress("a chunk");
    const filtered = header.type === BTREE2_TYPE.filteredChunks;
    yield { part: "chunk", address: chunk, size: filtered ? reader.uint(sizeField) : size };
  }
  for (const node of nodes) yield { part: "index", ...node };
}
