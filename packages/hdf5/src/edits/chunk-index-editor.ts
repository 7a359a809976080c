import { chunkTree } from "../btrees/btree-v1.js";
import type { ChunkedLayout } from "../chunks/chunk-index.js";
import { compareOffsets } from "../chunks/chunk-order.js";
import type { StructureFile } from "../headers/structure-file.js";
import { Btree1Editor, type Btree1Keys, type EditedNode } from "./btree-v1-editor.js";

// File Format Specification, "Disk Format: Level 1A1 - Version 1 B-trees" of chunks.

/** Where a chunk is in the file. */
export interface ChunkPlace {
  readonly address: number;
  /** Bytes of the chunk as it is stored. */
  readonly size: number;
  readonly filterMask: number;
}

/** The index of one dataset's chunks, while it is changed. Nothing is written before `save`. */
export interface ChunkIndexEditing {
  /** The address of the index; undefined where no chunk is in it. */
  readonly root: number | undefined;
  /** Where the chunk is that begins at an offset of the dataset. */
  find(offset: readonly number[]): ChunkPlace | undefined;
  /** Enters a chunk, or another place for one that is there. */
  put(offset: readonly number[], place: ChunkPlace): void;
  save(): void;
}

/** A key: of a chunk, or behind the last one. */
interface Key {
  size: number;
  filterMask: number;
  /** One entry an axis. */
  offset: readonly number[];
  /** The offset within an element, which the last dimension of the tree is for. */
  inElement: number;
}

type Node = EditedNode<Key>;

function chunkKeys(rank: number): Btree1Keys<Key> {
  return {
    decode(reader) {
      const size = reader.u32();
      const filterMask = reader.u32();
      const offset = Array.from({ length: rank }, () => reader.plainUint(8));
      return { size, filterMask, offset, inElement: reader.plainUint(8) };
    },
    encode(writer, { size, filterMask, offset, inElement }) {
      writer.u32(size).u32(filterMask);
      for (const at of offset) writer.uint(at, 8);
      writer.uint(inElement, 8);
    },
    areSame: (key, other) => compareOffsets(key.offset, other.offset) === 0,
  };
}

/**
 * The version 1 B-tree of one dataset's chunks, while chunks are added and moved. What was read of it is kept; nothing
 * is written before `save`.
 */
export class ChunkIndexEditor implements ChunkIndexEditing {
  readonly #file: StructureFile;
  readonly #chunkShape: readonly number[];
  readonly #elementSize: number;
  readonly #tree: Btree1Editor<Key>;
  #root: number | undefined;

  constructor(file: StructureFile, { chunkShape, elementSize, index }: ChunkedLayout) {
    this.#file = file;
    const rank = chunkShape.length;
    this.#tree = new Btree1Editor(file, chunkTree(file, rank), chunkKeys(rank));
    this.#chunkShape = chunkShape;
    this.#elementSize = elementSize;
    this.#root = index.address;
  }

  get root(): number | undefined {
    return this.#root;
  }

  find(offset: readonly number[]): ChunkPlace | undefined {
    const leaf = this.#pathTo(offset).at(-1);
    if (leaf === undefined) return undefined;
    const { node, index } = leaf;
    const key = node.keys[index];
    const address = node.children[index];
    if (key === undefined || address === undefined || compareOffsets(key.offset, offset) !== 0)
      return undefined;
    return { address, size: key.size, filterMask: key.filterMask };
  }

  put(offset: readonly number[], { address, size, filterMask }: ChunkPlace): void {
    const key: Key = { size, filterMask, offset: [...offset], inElement: 0 };
    if (this.#root === undefined) {
      const root = this.#tree.create(0);
      root.keys = [key, this.#keyBehind(offset)];
      root.children = [address];
      this.#root = root.address;
      return;
    }
    const path = this.#pathTo(offset);
    const leaf = path.at(-1);
    if (leaf === undefined) throw this.#damage(this.#root, "it has no leaf");
    const { node, index } = leaf;
    node.isChanged = true;
    const found = node.keys[index];
    if (found !== undefined && index < node.children.length && compareOffsets(found.offset, offset) === 0) {
      node.keys[index] = key;
      node.children[index] = address;
    } else {
      // `index` is that of the last chunk before it, or -1.
      node.keys.splice(index + 1, 0, key);
      node.children.splice(index + 1, 0, address);
      const behind = node.keys.at(-1);
      if (behind !== undefined && compareOffsets(behind.offset, offset) <= 0)
        node.keys[node.keys.length - 1] = this.#keyBehind(offset);
    }
    this.#tree.repair(path);
  }

  /** Writes the nodes that changed. */
  save(): void {
    this.#tree.save();
  }

  /** Where chunks behind the one at an offset begin. */
  #keyBehind(offset: readonly number[]): Key {
    const behind = offset.map((at, axis) => at + (this.#chunkShape[axis] ?? 0));
    return { size: 0, filterMask: 0, offset: behind, inElement: this.#elementSize };
  }

  /** The nodes from the root to the leaf in which an offset belongs, each with the index of the last key that is not behind it; -1 where all are. */
  #pathTo(offset: readonly number[]): { readonly node: Node; readonly index: number }[] {
    const path: { node: Node; index: number }[] = [];
    if (this.#root === undefined) return path;
    let node = this.#tree.load(this.#root, undefined);
    for (;;) {
      let index = lastNotBehind(node.keys.slice(0, node.children.length), offset);
      if (node.level > 0) index = Math.max(0, index);
      path.push({ node, index });
      if (node.level === 0) return path;
      const child = node.children[index];
      if (child === undefined) throw this.#damage(node.address, "it has no children");
      node = this.#tree.load(child, node.level - 1);
    }
  }

  #damage(address: number, what: string): Error {
    return this.#file.damage("version 1 B-tree node", address, what);
  }
}

/** By binary search. */
function lastNotBehind(keys: readonly Key[], offset: readonly number[]): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const key = keys[middle];
    if (key !== undefined && compareOffsets(key.offset, offset) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
