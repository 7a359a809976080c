import { type Btree1Node, chunkTree, readBtree1Node } from "../btrees/btree-v1.js";
import { ByteReader } from "../bytes/byte-reader.js";
import type { Dataspace } from "../datatypes/dataspace-message.js";
import type { StructureFile } from "../headers/structure-file.js";
import { btree1Chunks, type ChunkedLayout, chunkParts, type StoredChunk } from "./chunk-index.js";
import { compareOffsets } from "./chunk-order.js";

/** Nodes of a B-tree that are kept. */
const MAX_NODES = 64;

/** A node as it is searched: a leaf has chunks, another node children and the offset of the first chunk beneath each. */
interface Node {
  readonly chunks: readonly StoredChunk[];
  readonly children: readonly { readonly address: number; readonly first: readonly number[] }[];
  readonly level: number;
}

/**
 * Finds the stored chunks of one dataset. A version 1 B-tree is descended where
 * it is asked for; of the other indexes all chunks are read once. For one state
 * of the file: make another one after a change.
 */
export class ChunkLookup {
  readonly #file: StructureFile;
  readonly #layout: ChunkedLayout;
  readonly #space: Dataspace;
  readonly #nodes = new Map<number, Node>();
  #all: Map<number, StoredChunk> | undefined;

  constructor(file: StructureFile, layout: ChunkedLayout, space: Dataspace) {
    this.#file = file;
    this.#layout = layout;
    this.#space = space;
  }

  /**
   * The stored chunks that have elements between two indices of the dataset,
   * both inclusive, one entry an axis.
   *
   * @throws FileStorageException the index is damaged.
   */
  *within(first: readonly number[], last: readonly number[]): Generator<StoredChunk> {
    const { chunkShape } = this.#layout;
    for (const chunk of this.#candidates(first, last)) {
      const { offset } = chunk;
      let isWithin = true;
      for (let axis = 0; axis < chunkShape.length; axis++) {
        const at = offset[axis] ?? 0;
        const length = chunkShape[axis] ?? 1;
        if (at % length !== 0) throw this.#misplaced(chunk);
        if (at > (last[axis] ?? 0) || at + length <= (first[axis] ?? 0)) isWithin = false;
      }
      if (isWithin) yield chunk;
    }
  }

  #candidates(first: readonly number[], last: readonly number[]): Iterable<StoredChunk> {
    const { index, chunkShape } = this.#layout;
    if (index.kind === "btree-v1") {
      if (index.address === undefined) return [];
      // As the tree has them: the offset of the chunk that an element is in.
      const low = first.map((at, axis) => at - (at % (chunkShape[axis] ?? 1)));
      return this.#descend(index.address, undefined, { low, high: last, seen: new Set() });
    }
    this.#all ??= this.#readAll();
    const cells = new Grid(chunkShape, this.#space.shape, first, last);
    return cells.count < this.#all.size ? cells.pick(this.#all) : this.#all.values();
  }

  /** By their number in the grid of chunks over the dataset; without those that lie beyond it. */
  #readAll(): Map<number, StoredChunk> {
    const { shape } = this.#space;
    const { chunkShape } = this.#layout;
    const chunks = new Map<number, StoredChunk>();
    for (const part of chunkParts(this.#file, this.#layout, this.#space)) {
      if (part.part !== "chunk" || part.offset.some((at, axis) => at >= (shape[axis] ?? 0))) continue;
      chunks.set(gridNumber(part.offset, chunkShape, shape), part);
    }
    return chunks;
  }

  *#descend(
    address: number,
    level: number | undefined,
    search: { readonly low: readonly number[]; readonly high: readonly number[]; readonly seen: Set<number> },
  ): Generator<StoredChunk> {
    // In a sound tree no node is met twice.
    if (search.seen.has(address)) {
      throw this.#file.damage("version 1 B-tree node", address, "it is reached twice");
    }
    search.seen.add(address);
    const node = this.#node(address, level);
    yield* node.chunks;
    for (const [entry, child] of node.children.entries()) {
      const next = node.children[entry + 1];
      // Chunks are ordered by their offsets, the first axis before the others.
      if (next !== undefined && compareOffsets(next.first, search.low) <= 0) continue;
      if (compareOffsets(child.first, search.high) > 0) break;
      yield* this.#descend(child.address, node.level - 1, search);
    }
  }

  #node(address: number, level: number | undefined): Node {
    const known = this.#nodes.get(address);
    if (known !== undefined && (level === undefined || known.level === level)) return known;
    const rank = this.#layout.chunkShape.length;
    const stored = readBtree1Node(this.#file, chunkTree(this.#file, rank), address, level);
    const node: Node =
      stored.level === 0
        ? { level: 0, chunks: [...btree1Chunks(this.#file, stored, rank)], children: [] }
        : { level: stored.level, chunks: [], children: childrenOf(this.#file, stored, rank) };
    if (this.#nodes.size >= MAX_NODES) this.#nodes.clear();
    this.#nodes.set(address, node);
    return node;
  }

  #misplaced({ address, offset }: StoredChunk): Error {
    const { chunkShape } = this.#layout;
    return this.#file.damage(
      "chunk",
      address,
      `it is placed at [${offset.join(", ")}], where no chunk of shape [${chunkShape.join(", ")}] begins`,
    );
  }
}

function childrenOf(file: StructureFile, node: Btree1Node, rank: number): Node["children"] {
  return node.children.map((address, entry) => {
    const key = node.keys[entry] ?? new Uint8Array(0);
    const reader = new ByteReader(key, file, "version 1 B-tree node", node.address);
    reader.skip(8); // size, filter mask
    return { address, first: Array.from({ length: rank }, () => reader.uint(8)) };
  });
}

/** Of the chunk at an offset, in C order of the chunks over a dataset of that shape. */
function gridNumber(
  offset: readonly number[],
  chunkShape: readonly number[],
  shape: readonly number[],
): number {
  return offset.reduce((number, at, axis) => {
    const length = chunkShape[axis] ?? 1;
    return number * Math.ceil((shape[axis] ?? 1) / length) + Math.floor(at / length);
  }, 0);
}

/** The chunks that a box of a dataset reaches into, stored or not. */
class Grid {
  readonly #lows: readonly number[];
  readonly #highs: readonly number[];
  readonly count: number;

  constructor(
    readonly chunkShape: readonly number[],
    readonly shape: readonly number[],
    first: readonly number[],
    last: readonly number[],
  ) {
    const scaled = (at: readonly number[]) =>
      at.map((value, axis) => Math.floor(value / (chunkShape[axis] ?? 1)));
    this.#lows = scaled(first);
    this.#highs = scaled(last);
    this.count = this.#lows.reduce(
      (count, low, axis) => count * Math.max(0, (this.#highs[axis] ?? 0) - low + 1),
      1,
    );
  }

  *pick(chunks: ReadonlyMap<number, StoredChunk>): Generator<StoredChunk> {
    const at = [...this.#lows];
    for (let left = this.count; left > 0; left--) {
      const offset = at.map((value, axis) => value * (this.chunkShape[axis] ?? 1));
      const chunk = chunks.get(gridNumber(offset, this.chunkShape, this.shape));
      if (chunk !== undefined) yield chunk;
      for (let axis = at.length - 1; axis >= 0; axis--) {
        const next = (at[axis] ?? 0) + 1;
        if (next <= (this.#highs[axis] ?? 0)) {
          at[axis] = next;
          break;
        }
        at[axis] = this.#lows[axis] ?? 0;
      }
    }
  }
}
