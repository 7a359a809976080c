import { type Btree2Header, type Btree2Pointer, levelOf, searchRecords } from "../btrees/btree-v2.js";
import type { Extent } from "../bytes/extent.js";
import type { StructureFile } from "../headers/structure-file.js";
import { Btree2Nodes, type MutableNode } from "./btree-v2-nodes.js";

// Removal from version 2 B-trees ("Disk Format: Level 1A2"), in place. As HDF5 keeps
// them, every node but the root holds at least the header's "Merge Percent" of what
// fits: HDF5 itself merges nodes only when it meets one with exactly that many.

export interface Btree2Removal {
  /** The record that was removed. */
  readonly record: Uint8Array;
  /** Records left in the tree. */
  readonly remaining: number;
  /** Nodes that are no longer part of the tree. */
  readonly freed: readonly Extent[];
}

/** Removes the record for which `compare` (see `findBtree2Record`) gives 0; undefined where there is none. */
export function removeBtree2Record(
  file: StructureFile,
  header: Btree2Header,
  compare: (record: Uint8Array) => number,
): Btree2Removal | undefined {
  if (header.root === undefined) return undefined;
  return new Remover(file, header).remove(header.root, compare);
}

class Remover {
  private readonly freed: Extent[] = [];

  private readonly nodes: Btree2Nodes;

  constructor(
    private readonly file: StructureFile,
    private readonly header: Btree2Header,
  ) {
    this.nodes = new Btree2Nodes(file, header);
  }

  remove(root: Btree2Pointer, compare: (record: Uint8Array) => number): Btree2Removal | undefined {
    const { header } = this;
    /** Internal nodes from the root down, and which child the way took. */
    const path: { node: MutableNode; index: number }[] = [];
    let node = this.nodes.load(root, header.depth);
    let removed: Uint8Array | undefined;
    /** The internal node, and index in it, where the leaf's record replaces the removed one. */
    let hole: { node: MutableNode; index: number } | undefined;
    while (removed === undefined || node.level > 0) {
      if (removed === undefined) {
        const { index, found } = searchRecords(node.records, compare);
        if (found) {
          removed = node.records[index];
          if (node.level === 0) {
            node.records.splice(index, 1);
            break;
          }
          hole = { node, index };
        }
        if (node.level === 0) return undefined;
        path.push({ node, index });
      } else {
        // The record that goes before the removed one is the last of the last leaf below.
        path.push({ node, index: node.children.length - 1 });
      }
      node = this.nodes.child(path.at(-1));
    }
    if (hole !== undefined) {
      const substitute = node.records.pop();
      if (substitute === undefined) throw this.damage(node, "it is empty");
      hole.node.records[hole.index] = substitute;
    }
    this.repairUnderflow(path, node);
    const record = removed ?? new Uint8Array();
    return { record, remaining: header.totalRecords - 1, freed: this.freed };
  }

  /** Writes the changed nodes from the leaf up, keeping each filled well enough. */
  private repairUnderflow(path: readonly { node: MutableNode; index: number }[], leaf: MutableNode): void {
    let node = leaf;
    for (const { node: parent, index } of [...path].reverse()) {
      parent.children[index] = this.nodes.pointerTo(node);
      if (node.records.length < this.minRecords(node.level)) this.rebalance(parent, index, node);
      else this.nodes.save(node);
      node = parent;
    }
    let root: MutableNode | undefined = node;
    let pointer: Btree2Pointer | undefined = this.nodes.pointerTo(node);
    if (node.records.length === 0) {
      // An internal root without records has one child, which replaces it; an empty leaf is
      // removed.
      this.free(node);
      root = undefined;
      pointer = node.level > 0 ? node.children[0] : undefined;
    }
    if (root !== undefined) this.nodes.save(root);
    this.nodes.saveHeader(
      pointer,
      root === undefined ? Math.max(0, node.level - 1) : node.level,
      this.header.totalRecords - 1,
    );
  }

  /** Shares records with a sibling, or merges with it. */
  private rebalance(parent: MutableNode, index: number, node: MutableNode): void {
    const before = parent.children[index - 1];
    const after = parent.children[index + 1];
    const useBefore = before !== undefined && (after === undefined || before.count >= after.count);
    const other = useBefore ? before : after;
    if (other === undefined) {
      this.nodes.save(node); // only in a tree that some other writer left so
      return;
    }
    const sibling = this.nodes.load(other, node.level);
    const [left, right] = useBefore ? [sibling, node] : [node, sibling];
    const at = useBefore ? index - 1 : index;
    const separator = parent.records[at];
    if (separator === undefined) throw this.damage(parent, "it has fewer records than it says");
    const records = [...left.records, separator, ...right.records];
    const children = [...left.children, ...right.children];
    const fits = records.length <= levelOf(this.header, node.level).capacity;
    if (fits && sibling.records.length <= this.minRecords(node.level)) {
      left.records = records;
      left.children = children;
      this.nodes.save(left);
      this.free(right);
      parent.records.splice(at, 1);
      parent.children.splice(at, 2, this.nodes.pointerTo(left));
      return;
    }
    const middle = records.length >>> 1;
    left.records = records.slice(0, middle);
    right.records = records.slice(middle + 1);
    if (node.level > 0) {
      left.children = children.slice(0, middle + 1);
      right.children = children.slice(middle + 1);
    }
    this.nodes.save(left);
    this.nodes.save(right);
    parent.records[at] = records[middle] ?? separator;
    parent.children.splice(at, 2, this.nodes.pointerTo(left), this.nodes.pointerTo(right));
  }

  /** The minimum of records in a node that is not the root. */
  private minRecords(level: number): number {
    return Math.floor((levelOf(this.header, level).capacity * this.header.mergePercent) / 100);
  }

  private free(node: MutableNode): void {
    this.freed.push({ address: node.address, size: this.header.nodeSize });
  }

  private damage(node: MutableNode, what: string): Error {
    return this.file.damage("version 2 B-tree node", node.address, what);
  }
}
