import { type Btree1Kind, btree1NodeSize, chunkTree, readBtree1Node } from "../btrees/btree-v1.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import type { ChunkedLayout } from "../chunks/chunk-index.js";
import { compareOffsets } from "../chunks/chunk-order.js";
import type { StructureFile } from "../headers/structure-file.js";

// File Format Specification, "Disk Format: Level 1A1 - Version 1 B-trees" of chunks.

/** Where a chunk is in the file. */
export interface ChunkPlace {
  readonly address: number;
  /** Bytes of the chunk as it is stored. */
  readonly size: number;
  readonly filterMask: number;
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

interface Node {
  address: number;
  readonly level: number;
  /** One more than children. */
  keys: Key[];
  children: number[];
  left: number | undefined;
  right: number | undefined;
  isChanged: boolean;
}

/** Where a node is split that is the last or the first of its level, and filled at that end; else in the middle. */
const SPLIT_AT_END = 0.9;
const SPLIT_AT_START = 0.1;

/** Nodes that are kept between two calls. */
const MAX_NODES = 256;

const encoder = /* @__PURE__ */ new TextEncoder();

/**
 * The version 1 B-tree of one dataset's chunks, while chunks are added and moved. What was read of it is kept; nothing
 * is written before `save`.
 */
export class ChunkIndexEditor {
  readonly #file: StructureFile;
  readonly #kind: Btree1Kind;
  readonly #chunkShape: readonly number[];
  readonly #elementSize: number;
  readonly #nodes = new Map<number, Node>();
  #root: number | undefined;

  constructor(file: StructureFile, { chunkShape, elementSize, index }: ChunkedLayout) {
    this.#file = file;
    this.#kind = chunkTree(file, chunkShape.length);
    this.#chunkShape = chunkShape;
    this.#elementSize = elementSize;
    this.#root = index.address;
  }

  /** The address of the tree; undefined where no chunk is in it. */
  get root(): number | undefined {
    return this.#root;
  }

  /** Where the chunk is that begins at an offset of the dataset. */
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

  /** Enters a chunk, or another place for one that is there. */
  put(offset: readonly number[], { address, size, filterMask }: ChunkPlace): void {
    const key: Key = { size, filterMask, offset: [...offset], inElement: 0 };
    if (this.#root === undefined) {
      const root = this.#create(0);
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
    this.#repair(path);
  }

  /** Writes the nodes that changed. */
  save(): void {
    for (const node of this.#nodes.values()) {
      if (!node.isChanged) continue;
      this.#file.write(node.address, this.#encode(node));
      node.isChanged = false;
    }
    if (this.#nodes.size > MAX_NODES) this.#nodes.clear();
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
    let node = this.#load(this.#root, undefined);
    for (;;) {
      let index = lastNotBehind(node.keys.slice(0, node.children.length), offset);
      if (node.level > 0) index = Math.max(0, index);
      path.push({ node, index });
      if (node.level === 0) return path;
      const child = node.children[index];
      if (child === undefined) throw this.#damage(node.address, "it has no children");
      node = this.#load(child, node.level - 1);
    }
  }

  /** From the leaf up: splits what is too full, and gives parents the keys that changed. */
  #repair(path: readonly { readonly node: Node; readonly index: number }[]): void {
    for (let depth = path.length - 1; depth >= 0; depth -= 1) {
      const { node } = path[depth] ?? {};
      if (node === undefined) continue;
      const parent = path[depth - 1];
      if (parent === undefined) {
        if (node.children.length > this.#kind.capacity) this.#splitRoot(node);
        return;
      }
      const [first] = node.keys;
      const last = node.keys.at(-1);
      if (first === undefined || last === undefined) continue;
      const { keys, children } = parent.node;
      if (isOther(keys[parent.index], first)) {
        keys[parent.index] = first;
        parent.node.isChanged = true;
      }
      if (parent.index === children.length - 1 && isOther(keys[parent.index + 1], last)) {
        keys[parent.index + 1] = last;
        parent.node.isChanged = true;
      }
      if (node.children.length <= this.#kind.capacity) continue;
      const right = this.#split(node, parent.index);
      const [middle] = right.keys;
      if (middle === undefined) continue;
      keys.splice(parent.index + 1, 0, middle);
      children.splice(parent.index + 1, 0, right.address);
      parent.node.isChanged = true;
    }
  }

  /** Moves the upper part of a node to a new one on its right. */
  #split(node: Node, indexInParent: number): Node {
    const count = node.children.length;
    const isLast = node.right === undefined;
    const isFirst = indexInParent === 0 && node.left === undefined;
    const part = isLast ? SPLIT_AT_END : isFirst ? SPLIT_AT_START : 0.5;
    const middle = Math.min(count - 1, Math.max(1, Math.floor(count * part)));
    const right = this.#create(node.level);
    right.keys = node.keys.slice(middle);
    right.children = node.children.slice(middle);
    node.keys = node.keys.slice(0, middle + 1);
    node.children = node.children.slice(0, middle);
    right.left = node.address;
    right.right = node.right;
    if (node.right !== undefined) {
      const after = this.#load(node.right, node.level);
      after.left = right.address;
      after.isChanged = true;
    }
    node.right = right.address;
    node.isChanged = true;
    return right;
  }

  /** The root stays where it is: what it held goes to two new nodes. */
  #splitRoot(root: Node): void {
    const left = this.#create(root.level);
    left.keys = root.keys;
    left.children = root.children;
    const right = this.#split(left, 0);
    const [first] = left.keys;
    const [middle] = right.keys;
    const last = right.keys.at(-1);
    if (first === undefined || middle === undefined || last === undefined) return;
    this.#nodes.set(root.address, {
      address: root.address,
      level: root.level + 1,
      keys: [first, middle, last],
      children: [left.address, right.address],
      left: undefined,
      right: undefined,
      isChanged: true,
    });
  }

  #create(level: number): Node {
    const address = this.#file.space.allocate(btree1NodeSize(this.#file, this.#kind));
    const node = {
      address,
      level,
      keys: [],
      children: [],
      left: undefined,
      right: undefined,
      isChanged: true,
    };
    this.#nodes.set(address, node);
    return node;
  }

  #load(address: number, level: number | undefined): Node {
    const known = this.#nodes.get(address);
    if (known !== undefined) return known;
    const stored = readBtree1Node(this.#file, this.#kind, address, level);
    const node: Node = {
      address,
      level: stored.level,
      keys: stored.keys.map((key) => this.#decodeKey(key, address)),
      children: [...stored.children],
      left: stored.left,
      right: stored.right,
      isChanged: false,
    };
    this.#nodes.set(address, node);
    return node;
  }

  #decodeKey(key: Uint8Array, address: number): Key {
    const reader = new ByteReader(key, this.#file, "version 1 B-tree node", address);
    const size = reader.u32();
    const filterMask = reader.u32();
    const offset = this.#chunkShape.map(() => reader.plainUint(8));
    return { size, filterMask, offset, inElement: reader.plainUint(8) };
  }

  #encode({ level, keys, children, left, right }: Node): Uint8Array {
    const file = this.#file;
    const writer = new ByteWriter(new Uint8Array(btree1NodeSize(file, this.#kind)));
    writer.put(encoder.encode("TREE")).u8(this.#kind.type).u8(level).u16(children.length);
    writer.uint(left, file.offsetSize).uint(right, file.offsetSize);
    for (const [index, key] of keys.entries()) {
      writer.u32(key.size).u32(key.filterMask);
      for (const at of key.offset) writer.uint(at, 8);
      writer.uint(key.inElement, 8);
      const child = children[index];
      if (child !== undefined) writer.uint(child, file.offsetSize);
    }
    return writer.bytes;
  }

  #damage(address: number, what: string): Error {
    return this.#file.damage("version 1 B-tree node", address, what);
  }
}

function isOther(key: Key | undefined, other: Key): boolean {
  return key === undefined || compareOffsets(key.offset, other.offset) !== 0;
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
