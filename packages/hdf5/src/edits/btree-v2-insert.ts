import {
  type Btree2Header,
  btree2HeaderSize,
  btree2WithDepth,
  levelOf,
  searchRecords,
} from "../btrees/btree-v2.js";
import type { StructureFile } from "../headers/structure-file.js";
import { Btree2Nodes, type MutableNode } from "./btree-v2-nodes.js";

// Insertion into version 2 B-trees ("Disk Format: Level 1A2"), in place. A node that is full is split in the middle, so
// that both halves hold more than the header's "Merge Percent".

/** HDF5's defaults for the trees of links and attributes. */
const NODE_SIZE = 512;
const SPLIT_PERCENT = 100;
const MERGE_PERCENT = 40;

/** Writes the header of a tree without records; returns its address. */
export function createBtree2(
  file: StructureFile,
  type: number,
  recordSize: number,
  nodeSize = NODE_SIZE,
): number {
  const size = btree2HeaderSize(file);
  const address = file.space.allocate(size);
  const empty = {
    address,
    size,
    type,
    nodeSize,
    recordSize,
    depth: 0,
    splitPercent: SPLIT_PERCENT,
    mergePercent: MERGE_PERCENT,
    root: undefined,
    totalRecords: 0,
    levels: [],
    countSize: 0,
  };
  new Btree2Nodes(file, empty).saveHeader(undefined, 0, 0);
  return address;
}

/**
 * Inserts a record at the place that `compare` (see `findBtree2Record`) gives.
 *
 * @returns the header as it is then.
 * @throws FileStorageException a record for which `compare` gives 0 is there already.
 */
export function insertBtree2Record(
  file: StructureFile,
  before: Btree2Header,
  record: Uint8Array,
  compare: (record: Uint8Array) => number,
): Btree2Header {
  const nodes = new Btree2Nodes(file, before);
  const total = before.totalRecords + 1;
  if (before.root === undefined) {
    const leaf = nodes.create(0);
    leaf.records.push(record);
    nodes.save(leaf);
    return nodes.saveHeader(nodes.pointerTo(leaf), 0, total);
  }
  /** Internal nodes from the root down, and which child the way took. */
  const path: { readonly node: MutableNode; readonly index: number }[] = [];
  let node = nodes.load(before.root, before.depth);
  for (;;) {
    const { index, found } = searchRecords(node.records, compare);
    if (found)
      throw file.damage("version 2 B-tree", before.address, "a record to be inserted is in it already");
    if (node.level === 0) {
      node.records.splice(index, 0, record);
      break;
    }
    path.push({ node, index });
    node = nodes.child(path.at(-1));
  }
  for (const { node: parent, index } of path.reverse()) {
    if (node.records.length > levelOf(before, node.level).capacity) {
      const { separator, right } = split(nodes, node);
      parent.records.splice(index, 0, separator);
      parent.children.splice(index, 1, nodes.pointerTo(node), nodes.pointerTo(right));
    } else {
      nodes.save(node);
      parent.children[index] = nodes.pointerTo(node);
    }
    node = parent;
  }
  if (node.records.length <= levelOf(before, before.depth).capacity) {
    nodes.save(node);
    return nodes.saveHeader(nodes.pointerTo(node), before.depth, total);
  }
  const deeper = new Btree2Nodes(file, btree2WithDepth(file, before, before.depth + 1));
  const root = deeper.create(before.depth + 1);
  const { separator, right } = split(deeper, node);
  root.records.push(separator);
  root.children.push(deeper.pointerTo(node), deeper.pointerTo(right));
  deeper.save(root);
  return deeper.saveHeader(deeper.pointerTo(root), root.level, total);
}

/**
 * Writes another record over the one for which `compare` gives 0, and for which it gives 0 too.
 *
 * @throws FileStorageException there is none.
 */
export function replaceBtree2Record(
  file: StructureFile,
  header: Btree2Header,
  record: Uint8Array,
  compare: (record: Uint8Array) => number,
): void {
  const nodes = new Btree2Nodes(file, header);
  let pointer = header.root;
  for (let level = header.depth; pointer !== undefined; level -= 1) {
    const node = nodes.load(pointer, level);
    const { index, found } = searchRecords(node.records, compare);
    if (found) {
      node.records[index] = record;
      nodes.save(node);
      return;
    }
    pointer = level > 0 ? node.children[index] : undefined;
  }
  throw file.damage("version 2 B-tree", header.address, "a record to be replaced is not in it");
}

/** Moves the upper half of a node to a new one, and the record between to the parent. Both are written. */
function split(
  nodes: Btree2Nodes,
  node: MutableNode,
): { readonly separator: Uint8Array; readonly right: MutableNode } {
  const middle = node.records.length >>> 1;
  const right = nodes.create(node.level);
  const separator = node.records[middle];
  if (separator === undefined) throw new RangeError("an empty node is not split");
  right.records = node.records.slice(middle + 1);
  node.records = node.records.slice(0, middle);
  if (node.level > 0) {
    right.children = node.children.slice(middle + 1);
    node.children = node.children.slice(0, middle + 1);
  }
  nodes.save(node);
  nodes.save(right);
  return { separator, right };
}
