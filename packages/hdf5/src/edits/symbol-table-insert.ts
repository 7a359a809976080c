import { groupTree } from "../btrees/btree-v1.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import {
  readSymbolNode,
  type SymbolTable,
  SymbolTableGroup,
  symbolEntrySize,
  symbolNodeSize,
} from "../groups/symbol-table.js";
import type { StructureFile } from "../headers/structure-file.js";
import { Btree1Editor, type Btree1Keys, type EditedNode } from "./btree-v1-editor.js";
import { insertInLocalHeap } from "./local-heap-edit.js";

// Insertion into "Group Symbol Table Nodes" and their version 1 B-tree, as HDF5 does it. The root of the tree and the
// heap's header stay where they are, so what superblock and entries repeat of them ("Scratch-pad Space") stays right.

const encoder = /* @__PURE__ */ new TextEncoder();

/** Inserts a hard link into an old-style group that has none of this name. */
export function insertSymbol(
  file: StructureFile,
  table: SymbolTable,
  name: Uint8Array,
  target: () => number,
): void {
  const { heap } = new SymbolTableGroup(file, table);
  const tree = new Btree1Editor(file, groupTree(file), nameKeys(file));
  // A child holds the names up to the key on its right; behind all keys, the name goes into the last.
  const path: { node: EditedNode<number>; index: number }[] = [];
  let node = tree.load(table.treeAddress, undefined);
  for (;;) {
    const found = node.keys.slice(1).findIndex((key) => heap.compare(name, key) <= 0);
    const index = found < 0 ? Math.max(0, node.children.length - 1) : found;
    path.push({ node, index });
    const child = node.children[index];
    if (node.level === 0) break;
    if (child === undefined) throw file.damage("version 1 B-tree node", node.address, "it has no children");
    node = tree.load(child, node.level - 1);
  }
  const leaf = path.at(-1);
  if (leaf === undefined) throw new RangeError("a path without a leaf");
  const { index } = leaf;
  const symbols = node.children[index];
  const {
    address = file.space.allocate(symbolNodeSize(file)),
    entries = [],
    bytes = new Uint8Array(),
  } = symbols === undefined ? {} : readSymbolNode(file, symbols);
  const found = entries.findIndex((entry) => heap.compare(name, entry.nameOffset) < 0);
  const at = found < 0 ? entries.length : found;
  const isLast = symbols === undefined || heap.compare(name, node.keys[index + 1] ?? 0) > 0;
  const nameOffset = insertInLocalHeap(file, heap, name);

  const size = symbolEntrySize(file);
  const stored = entries.map((_, entry) => bytes.subarray(8 + entry * size, 8 + (entry + 1) * size));
  const offsets = entries.map((entry) => entry.nameOffset);
  stored.splice(at, 0, encodeEntry(file, nameOffset, target()));
  offsets.splice(at, 0, nameOffset);
  node.isChanged = true;
  if (symbols === undefined) {
    // The left key of a tree is the empty name, which every heap begins with.
    node.keys = [0, nameOffset];
    node.children = [address];
  }
  if (isLast) node.keys[index + 1] = nameOffset;
  const half = file.btreeK.groupLeafK;
  if (stored.length <= 2 * half) writeSymbolNode(file, address, stored);
  else {
    // The new entry is the one more that the left half gets, if it falls there.
    const middle = at <= half ? half + 1 : half;
    const right = file.space.allocate(symbolNodeSize(file));
    writeSymbolNode(file, address, stored.slice(0, middle));
    writeSymbolNode(file, right, stored.slice(middle));
    node.keys.splice(index + 1, 0, offsets[middle - 1] ?? 0);
    node.children.splice(index + 1, 0, right);
  }
  tree.repair(path);
  tree.save();
}

/** Keys are offsets of names in the heap. */
function nameKeys({ lengthSize }: StructureFile): Btree1Keys<number> {
  return {
    decode: (reader) => reader.length(),
    encode: (writer, key) => writer.uint(key, lengthSize),
    areSame: (key, other) => key === other,
  };
}

/** "Symbol Table Entry", which repeats nothing of its object. */
function encodeEntry(file: StructureFile, nameOffset: number, target: number): Uint8Array {
  const writer = new ByteWriter(new Uint8Array(symbolEntrySize(file)));
  return writer.uint(nameOffset, file.lengthSize).uint(target, file.offsetSize).bytes;
}

function writeSymbolNode(file: StructureFile, address: number, entries: readonly Uint8Array[]): void {
  const writer = new ByteWriter(new Uint8Array(symbolNodeSize(file)));
  writer.put(encoder.encode("SNOD")).u8(1).u8(0).u16(entries.length);
  for (const entry of entries) writer.put(entry);
  file.write(address, writer.bytes);
}
