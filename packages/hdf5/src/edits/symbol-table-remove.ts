import { type Btree1Node, btree1HeaderSize, groupTree, readBtree1Node } from "../btrees/btree-v1.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import type { Extent } from "../bytes/extent.js";
import {
  type SymbolLocation,
  type SymbolNode,
  type SymbolTableGroup,
  symbolEntrySize,
} from "../groups/symbol-table.js";
import type { StructureFile } from "../headers/structure-file.js";
import { freeInLocalHeap } from "./local-heap-edit.js";

// Removal from "Group Symbol Table Nodes" and their version 1 B-tree, in place and
// as HDF5 does it: a node goes when its last entry goes, and the root never moves.
// The key to the right of a child is the last name in it, so that key, and the
// copies of it at the edges of neighbours and parents, follow a change of that name.

/** Takes an entry that `find` found out of its group. Returns the nodes that are no longer used. */
export function removeSymbol(
  file: StructureFile,
  group: SymbolTableGroup,
  location: SymbolLocation,
): Extent[] {
  const { node, index, path } = location;
  const entry = node.entries[index];
  if (entry === undefined) throw new RangeError(`entry ${index} of a symbol table node`);
  const nameLength = group.heap.bytesAt(entry.nameOffset).length;
  const link = group.linkAt(location);
  const pathLength = link.kind === "soft" ? group.heap.bytesAt(entry.softLinkOffset).length : undefined;
  const freed: Extent[] = [];
  const tree = new SymbolTreeEdit(file, freed);
  if (node.entries.length === 1) {
    freed.push({ address: node.address, size: node.bytes.length });
    tree.removeChild(path);
  } else {
    removeEntry(file, node, index);
    const last = node.entries.length - 1;
    const newLast = node.entries[last - 1];
    if (index === last && newLast !== undefined) tree.changeRightKey(path, newLast.nameOffset);
  }
  freeInLocalHeap(file, group.heap, entry.nameOffset, nameLength);
  if (pathLength !== undefined) freeInLocalHeap(file, group.heap, entry.softLinkOffset, pathLength);
  return freed;
}

/** Closes the gap in a symbol table node. */
function removeEntry(file: StructureFile, node: SymbolNode, index: number): void {
  const size = symbolEntrySize(file);
  const left = node.entries.length - 1;
  const { bytes } = node;
  bytes.copyWithin(8 + index * size, 8 + (index + 1) * size, 8 + (left + 1) * size);
  bytes.fill(0, 8 + left * size, 8 + (left + 1) * size);
  new ByteWriter(bytes, 6).u16(left);
  file.write(node.address, bytes);
}

type Path = SymbolLocation["path"];

class SymbolTreeEdit {
  constructor(
    private readonly file: StructureFile,
    private readonly freed: Extent[],
  ) {}

  /** The child at the end of the path is gone: takes it out of its node, and empty nodes out of theirs. */
  removeChild(path: Path): void {
    const step = path.at(-1);
    if (step === undefined) return;
    const { node, index } = step;
    const parents = path.slice(0, -1);
    const count = node.children.length;
    if (count === 1 && parents.length > 0) {
      this.removeNode(node);
      this.removeChild(parents);
      return;
    }
    const level = count === 1 ? 0 : node.level;
    const children = node.children.filter((_, child) => child !== index);
    // The key right of the removed child goes, except that an emptied root keeps its two.
    const keys = count === 1 ? node.keys : node.keys.filter((_, key) => key !== index + 1);
    this.save(node, { level, keys, children });
    const leftKey = node.keys[index];
    if (index + 1 === count && count > 1 && leftKey !== undefined)
      this.spreadRightKey(node, parents, leftKey);
  }

  /** The last name of the child at the end of the path is another now. */
  changeRightKey(path: Path, nameOffset: number): void {
    const key = new Uint8Array(this.file.lengthSize);
    new ByteWriter(key).uint(nameOffset, key.length);
    this.setRightKey(path, key);
  }

  private setRightKey(path: Path, key: Uint8Array): void {
    const step = path.at(-1);
    if (step === undefined) return;
    const { node, index } = step;
    this.save(node, { keys: node.keys.map((old, at) => (at === index + 1 ? key : old)) });
    if (index + 1 === node.children.length) this.spreadRightKey(node, path.slice(0, -1), key);
  }

  /** A node's last key changed: the neighbour's first key and the parent's key are its copies. */
  private spreadRightKey(node: Btree1Node, parents: Path, key: Uint8Array): void {
    if (parents.length === 0) return;
    if (node.right !== undefined) {
      const right = this.neighbour(node.right, node.level);
      this.save(right, { keys: [key, ...right.keys.slice(1)] });
    }
    this.setRightKey(parents, key);
  }

  /** Takes a node without children from between its neighbours. */
  private removeNode(node: Btree1Node): void {
    if (node.left !== undefined) this.save(this.neighbour(node.left, node.level), { right: node.right });
    if (node.right !== undefined) {
      const right = this.neighbour(node.right, node.level);
      const [first, ...others] = right.keys;
      this.save(right, { left: node.left, keys: [node.keys[0] ?? first ?? new Uint8Array(), ...others] });
    }
    this.freed.push({ address: node.address, size: node.size });
  }

  private neighbour(address: number, level: number): Btree1Node {
    return readBtree1Node(this.file, groupTree(this.file), address, level);
  }

  /** Writes a node with some of its fields changed. */
  private save(node: Btree1Node, change: NodeChange): void {
    const { offsetSize } = this.file;
    const { level, left, right, keys, children } = { ...node, ...change };
    const bytes = new Uint8Array(node.size);
    const writer = new ByteWriter(bytes);
    writer.put(node.bytes.subarray(0, 5)).u8(level).u16(children.length);
    writer.uint(left, offsetSize).uint(right, offsetSize);
    writer.position = btree1HeaderSize(this.file);
    for (const [index, key] of keys.entries()) {
      writer.put(key);
      const child = children[index];
      if (child !== undefined) writer.uint(child, offsetSize);
    }
    this.file.write(node.address, bytes);
  }
}

interface NodeChange {
  readonly level?: number;
  readonly left?: number | undefined;
  readonly right?: number | undefined;
  readonly keys?: readonly Uint8Array[];
  readonly children?: readonly number[];
}
