import type { StructureFile } from "../headers/structure-file.js";
import type { Traversal } from "../headers/traversal.js";

// File Format Specification, "Disk Format: Level 1A1 - Version 1 B-trees".

/** "Node Type": what a tree indexes. */
const GROUP_NODES = 0;
const CHUNK_NODES = 1;

const MAX_LEVELS = 64;

export interface Btree1Node {
  readonly address: number;
  /** Bytes that the node occupies, entries in use or not. */
  readonly size: number;
  /** 0: the children are symbol table nodes or chunks. */
  readonly level: number;
  /** The node as it is in the file. */
  readonly bytes: Uint8Array;
  readonly left: number | undefined;
  readonly right: number | undefined;
  /** One more than children: before, between and after them. */
  readonly keys: readonly Uint8Array[];
  readonly children: readonly number[];
}

/** What is the same for all nodes of one tree. */
export interface Btree1Kind {
  readonly type: typeof GROUP_NODES | typeof CHUNK_NODES;
  readonly keySize: number;
  /** Children that a node holds at most. */
  readonly capacity: number;
}

/** "Group Node" trees: keys are offsets into the local heap. */
export function groupTree(file: StructureFile): Btree1Kind {
  return { type: GROUP_NODES, keySize: file.lengthSize, capacity: 2 * file.btreeK.groupInternalK };
}

/** "Raw Data Chunk" trees: keys are size, filter mask and offset of a chunk, element size included. */
export function chunkTree(file: StructureFile, rank: number): Btree1Kind {
  return { type: CHUNK_NODES, keySize: 8 + 8 * (rank + 1), capacity: 2 * file.btreeK.chunkInternalK };
}

/** Bytes before the first key. */
export function btree1HeaderSize(file: StructureFile): number {
  return 8 + 2 * file.offsetSize;
}

/** Bytes of a node in the file. */
export function btree1NodeSize(file: StructureFile, kind: Btree1Kind): number {
  return btree1HeaderSize(file) + kind.capacity * (kind.keySize + file.offsetSize) + kind.keySize;
}

/** Reads a node; `level` is what its parent says it should be. */
export function readBtree1Node(
  file: StructureFile,
  kind: Btree1Kind,
  address: number,
  level?: number,
): Btree1Node {
  const structure = "version 1 B-tree node";
  const size = btree1NodeSize(file, kind);
  const reader = file.read(structure, address, size);
  reader.expectSignature("TREE");
  const type = reader.u8();
  const found = reader.u8();
  const count = reader.u16();
  if (type !== kind.type) throw reader.damage(`node type ${type}, expected ${kind.type}`);
  if (found > MAX_LEVELS || (level !== undefined && found !== level)) {
    throw reader.damage(`level ${found}${level === undefined ? "" : `, expected ${level}`}`);
  }
  if (count > kind.capacity) throw reader.damage(`${count} entries where ${kind.capacity} fit`);
  const left = reader.fileAddress();
  const right = reader.fileAddress();
  const keys: Uint8Array[] = [];
  const children: number[] = [];
  for (let index = 0; index < count; index += 1) {
    keys.push(reader.take(kind.keySize));
    children.push(reader.definedAddress("a child"));
  }
  keys.push(reader.take(kind.keySize));
  return { address, size, level: found, bytes: reader.bytes, left, right, keys, children };
}

/** All nodes of a tree from the root down, children in order. */
export function* btree1Nodes(
  file: StructureFile,
  kind: Btree1Kind,
  root: number,
  traversal: Traversal,
): Generator<Btree1Node> {
  const visit = function* (address: number, level: number | undefined): Generator<Btree1Node> {
    const node = readBtree1Node(file, kind, address, level);
    traversal.enter("version 1 B-tree node", address, node.size);
    yield node;
    if (node.level === 0) return;
    for (const child of node.children) yield* visit(child, node.level - 1);
  };
  yield* visit(root, undefined);
}
