import { type Btree1Kind, btree1NodeSize, readBtree1Node } from "../btrees/btree-v1.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import type { StructureFile } from "../headers/structure-file.js";

// File Format Specification, "Disk Format: Level 1A1 - Version 1 B-trees".

/** How the keys of a kind of tree are kept in a node. */
export interface Btree1Keys<K> {
  decode(reader: ByteReader): K;
  encode(writer: ByteWriter, key: K): void;
  areSame(key: K, other: K): boolean;
}

export interface EditedNode<K> {
  readonly address: number;
  readonly level: number;
  /** One more than children. */
  keys: K[];
  children: number[];
  left: number | undefined;
  right: number | undefined;
  isChanged: boolean;
}

/** The nodes from the root to a leaf, each with the index of the child that leads on. */
export type Btree1Path<K> = readonly { readonly node: EditedNode<K>; readonly index: number }[];

/** Where a node is split that is the last or the first of its level, and filled at that end; else in the middle. */
const SPLIT_AT_END = 0.9;
const SPLIT_AT_START = 0.1;

/** Nodes that are kept between two calls. */
const MAX_NODES = 256;

const encoder = /* @__PURE__ */ new TextEncoder();

/** The nodes of a version 1 B-tree, while it grows. What was read is kept; nothing is written before `save`. */
export class Btree1Editor<K> {
  readonly #file: StructureFile;
  readonly #kind: Btree1Kind;
  readonly #keys: Btree1Keys<K>;
  readonly #nodes = new Map<number, EditedNode<K>>();

  constructor(file: StructureFile, kind: Btree1Kind, keys: Btree1Keys<K>) {
    this.#file = file;
    this.#kind = kind;
    this.#keys = keys;
  }

  /** After the last node of a path was changed: splits what is too full, and gives parents the keys that changed. */
  repair(path: Btree1Path<K>): void {
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
      if (this.#isOther(keys[parent.index], first)) {
        keys[parent.index] = first;
        parent.node.isChanged = true;
      }
      if (parent.index === children.length - 1 && this.#isOther(keys[parent.index + 1], last)) {
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
  #split(node: EditedNode<K>, indexInParent: number): EditedNode<K> {
    const count = node.children.length;
    const isLast = node.right === undefined;
    const isFirst = indexInParent === 0 && node.left === undefined;
    const part = isLast ? SPLIT_AT_END : isFirst ? SPLIT_AT_START : 0.5;
    const middle = Math.min(count - 1, Math.max(1, Math.floor(count * part)));
    const right = this.create(node.level);
    right.keys = node.keys.slice(middle);
    right.children = node.children.slice(middle);
    node.keys = node.keys.slice(0, middle + 1);
    node.children = node.children.slice(0, middle);
    right.left = node.address;
    right.right = node.right;
    if (node.right !== undefined) {
      const after = this.load(node.right, node.level);
      after.left = right.address;
      after.isChanged = true;
    }
    node.right = right.address;
    node.isChanged = true;
    return right;
  }

  /** The root stays where it is: what it held goes to two new nodes. */
  #splitRoot(root: EditedNode<K>): void {
    const left = this.create(root.level);
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

  /** A new node without keys. */
  create(level: number): EditedNode<K> {
    const address = this.#file.space.allocate(btree1NodeSize(this.#file, this.#kind));
    const node: EditedNode<K> = {
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

  /** A node as it is now; `level` is what its parent says. */
  load(address: number, level: number | undefined): EditedNode<K> {
    const known = this.#nodes.get(address);
    if (known !== undefined) return known;
    const stored = readBtree1Node(this.#file, this.#kind, address, level);
    const node: EditedNode<K> = {
      address,
      level: stored.level,
      keys: stored.keys.map((key) =>
        this.#keys.decode(new ByteReader(key, this.#file, "version 1 B-tree node", address)),
      ),
      children: [...stored.children],
      left: stored.left,
      right: stored.right,
      isChanged: false,
    };
    this.#nodes.set(address, node);
    return node;
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

  #encode({ level, keys, children, left, right }: EditedNode<K>): Uint8Array {
    const file = this.#file;
    const writer = new ByteWriter(new Uint8Array(btree1NodeSize(file, this.#kind)));
    writer.put(encoder.encode("TREE")).u8(this.#kind.type).u8(level).u16(children.length);
    writer.uint(left, file.offsetSize).uint(right, file.offsetSize);
    for (const [index, key] of keys.entries()) {
      this.#keys.encode(writer, key);
      const child = children[index];
      if (child !== undefined) writer.uint(child, file.offsetSize);
    }
    return writer.bytes;
  }

  #isOther(key: K | undefined, other: K): boolean {
    return key === undefined || !this.#keys.areSame(key, other);
  }
}
