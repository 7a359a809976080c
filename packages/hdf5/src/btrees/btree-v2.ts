import { bytesFor } from "../datatypes/datatype-message.js";
import type { StructureFile } from "../headers/structure-file.js";
import { Traversal } from "../headers/traversal.js";

// File Format Specification, "Disk Format: Level 1A2 - Version 2 B-trees".

/** Signature, version, type and checksum of a node. */
export const NODE_OVERHEAD = 10;

/** "B-tree Type" of the header. */
export const BTREE2_TYPE = {
  hugeIndirect: 1,
  hugeIndirectFiltered: 2,
  hugeDirect: 3,
  hugeDirectFiltered: 4,
  linkName: 5,
  linkOrder: 6,
  attributeName: 8,
  attributeOrder: 9,
  chunks: 10,
  filteredChunks: 11,
} as const;

/** Capacity of the nodes at one depth above the leaves. */
interface Level {
  /** Records that a node holds at most. */
  readonly capacity: number;
  /** Bytes of a child pointer in a node of this level. */
  readonly pointerSize: number;
  /** Bytes of the "Total Number of Records in Child Node" field that point at a node of this level. */
  readonly totalSize: number;
}

export interface Btree2Header {
  readonly address: number;
  readonly size: number;
  readonly type: number;
  readonly nodeSize: number;
  readonly recordSize: number;
  readonly depth: number;
  readonly splitPercent: number;
  readonly mergePercent: number;
  readonly root: Btree2Pointer | undefined;
  readonly totalRecords: number;
  /** By depth above the leaves. */
  readonly levels: readonly Level[];
  /** Bytes of the "Number of Records for Child Node" field. */
  readonly countSize: number;
}

/** A pointer to a node: where it is and what is in it. */
export interface Btree2Pointer {
  readonly address: number;
  /** Records in the node itself. */
  readonly count: number;
  /** Records in the node and all below it. */
  readonly total: number;
}

export interface Btree2Node {
  readonly pointer: Btree2Pointer;
  readonly level: number;
  readonly records: Uint8Array[];
  /** One more than records; empty in a leaf. */
  readonly children: Btree2Pointer[];
}

const MAX_LEVELS = 32;

export function btree2HeaderSize(file: StructureFile): number {
  return 22 + file.offsetSize + file.lengthSize;
}

/** "Version 2 B-tree Header". `types` are the record types that are allowed here. */
export function readBtree2Header(
  file: StructureFile,
  address: number,
  types: readonly number[],
): Btree2Header {
  const structure = "version 2 B-tree";
  const size = btree2HeaderSize(file);
  const reader = file.readChecked(structure, address, size);
  reader.expectSignature("BTHD");
  reader.expectVersion(0);
  const type = reader.u8();
  if (!types.includes(type)) {
    throw reader.damage(`its records are of type ${type}, expected ${types.join(" or ")}`);
  }
  const nodeSize = reader.u32();
  const recordSize = reader.u16();
  const depth = reader.u16();
  const splitPercent = reader.u8();
  const mergePercent = reader.u8();
  const rootAddress = reader.fileAddress();
  const count = reader.u16();
  const total = reader.length();
  if (recordSize === 0 || nodeSize < NODE_OVERHEAD + recordSize || nodeSize > file.limit) {
    throw reader.damage(`nodes of ${nodeSize} bytes with records of ${recordSize}`);
  }
  if (depth >= MAX_LEVELS) throw reader.damage(`a depth of ${depth}`);
  if (rootAddress === undefined && total > 0) throw reader.damage(`no root, but ${total} records`);
  const { levels, countSize } = nodeLevels(file, { address, nodeSize, recordSize }, depth);
  return {
    address,
    size,
    type,
    nodeSize,
    recordSize,
    depth,
    splitPercent,
    mergePercent,
    root: rootAddress === undefined ? undefined : { address: rootAddress, count, total },
    totalRecords: total,
    levels,
    countSize,
  };
}

function nodeLevels(
  file: StructureFile,
  { address, nodeSize, recordSize }: Pick<Btree2Header, "address" | "nodeSize" | "recordSize">,
  depth: number,
): { levels: Level[]; countSize: number } {
  const leafCapacity = Math.floor((nodeSize - NODE_OVERHEAD) / recordSize);
  const countSize = bytesFor(leafCapacity);
  const levels: Level[] = [{ capacity: leafCapacity, pointerSize: 0, totalSize: 0 }];
  let cumulative = leafCapacity;
  for (let level = 1; level <= depth; level += 1) {
    const pointerSize = file.offsetSize + countSize + (levels[level - 1]?.totalSize ?? 0);
    const capacity = Math.floor((nodeSize - NODE_OVERHEAD - pointerSize) / (recordSize + pointerSize));
    if (capacity < 1) {
      const what = `nodes of ${nodeSize} bytes are too small for ${depth} levels`;
      throw file.damage("version 2 B-tree", address, what);
    }
    cumulative = (capacity + 1) * cumulative + capacity;
    levels.push({ capacity, pointerSize, totalSize: bytesFor(cumulative) });
  }
  return { levels, countSize };
}

/** The header with what nodes hold at a depth that the tree does not have yet. */
export function btree2WithDepth(file: StructureFile, header: Btree2Header, depth: number): Btree2Header {
  return { ...header, depth, ...nodeLevels(file, header, depth) };
}

/** "Version 2 B-tree Internal Node" (`level` > 0) or "Leaf Node". */
export function readBtree2Node(
  file: StructureFile,
  header: Btree2Header,
  pointer: Btree2Pointer,
  level: number,
): Btree2Node {
  const { capacity, pointerSize } = levelOf(header, level);
  const structure = level > 0 ? "version 2 B-tree internal node" : "version 2 B-tree leaf node";
  if (pointer.count > capacity) {
    throw file.damage(structure, pointer.address, `${pointer.count} records where ${capacity} fit`);
  }
  const used =
    NODE_OVERHEAD + pointer.count * header.recordSize + (level > 0 ? (pointer.count + 1) * pointerSize : 0);
  // The checksum follows the last record; the rest of the node is not initialised.
  const reader = file.readChecked(structure, pointer.address, used);
  reader.expectSignature(level > 0 ? "BTIN" : "BTLF");
  reader.expectVersion(0);
  const type = reader.u8();
  if (type !== header.type) throw reader.damage(`record type ${type} in a tree of type ${header.type}`);
  const records: Uint8Array[] = [];
  for (let index = 0; index < pointer.count; index += 1) records.push(reader.take(header.recordSize));
  const children: Btree2Pointer[] = [];
  if (level > 0) {
    const totalSize = levelOf(header, level - 1).totalSize;
    for (let index = 0; index <= pointer.count; index += 1) {
      const address = reader.definedAddress("a child node");
      const count = reader.plainUint(header.countSize);
      children.push({ address, count, total: totalSize === 0 ? count : reader.plainUint(totalSize) });
    }
  }
  return { pointer, level, records, children };
}

export function levelOf(header: Btree2Header, level: number): Level {
  const found = header.levels[level];
  if (found === undefined) throw new RangeError(`level ${level} of a B-tree of depth ${header.depth}`);
  return found;
}

/** All records in order. Views of the nodes' bytes. */
export function* btree2Records(
  file: StructureFile,
  header: Btree2Header,
  onNode?: (address: number, size: number) => void,
): Generator<Uint8Array> {
  if (header.root === undefined) return;
  const traversal = new Traversal(file);
  const visit = function* (pointer: Btree2Pointer, level: number): Generator<Uint8Array> {
    traversal.enter("version 2 B-tree node", pointer.address, header.nodeSize);
    onNode?.(pointer.address, header.nodeSize);
    const node = readBtree2Node(file, header, pointer, level);
    if (level === 0) {
      yield* node.records;
      return;
    }
    for (const [index, child] of node.children.entries()) {
      yield* visit(child, level - 1);
      const record = node.records[index];
      if (record !== undefined) yield record;
    }
  };
  yield* visit(header.root, header.depth);
}

/**
 * Finds the record for which `compare` gives 0; it gives a negative number when
 * what is searched comes before the record, a positive one when after.
 */
export function findBtree2Record(
  file: StructureFile,
  header: Btree2Header,
  compare: (record: Uint8Array) => number,
): Uint8Array | undefined {
  let pointer = header.root;
  for (let level = header.depth; pointer !== undefined; level -= 1) {
    const node = readBtree2Node(file, header, pointer, level);
    const { index, found } = searchRecords(node.records, compare);
    if (found) return node.records[index];
    pointer = level > 0 ? node.children[index] : undefined;
  }
  return undefined;
}

/** Binary search: where the record is, or before which one it belongs. */
export function searchRecords(
  records: readonly Uint8Array[],
  compare: (record: Uint8Array) => number,
): { index: number; found: boolean } {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const record = records[middle];
    const order = record === undefined ? 0 : compare(record);
    if (order === 0) return { index: middle, found: true };
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return { index: low, found: false };
}
