import { decodeText } from "@tvb-storage/files";
import { type Btree1Node, btree1Nodes, groupTree, readBtree1Node } from "../btrees/btree-v1.js";
import { ByteReader } from "../bytes/byte-reader.js";
import type { StructureFile } from "../headers/structure-file.js";
import { Traversal } from "../headers/traversal.js";
import { LocalHeap } from "../heaps/local-heap.js";
import type { Link, LinkTarget } from "./link-message.js";

// File Format Specification, "Group Symbol Table Nodes", "Symbol Table Entry" and "The Symbol Table Message":
// how links of symbol-table groups are stored.

/** "Cache Type" of an entry that is a soft link. */
const CACHED_SOFT_LINK = 2;

/** "The Symbol Table Message": where a symbol-table group's tree and names are. */
export interface SymbolTable {
  readonly treeAddress: number;
  readonly heapAddress: number;
}

export interface SymbolEntry {
  readonly nameOffset: number;
  readonly address: number | undefined;
  readonly cacheType: number;
  /** Offset of a soft link's value in the local heap. */
  readonly softLinkOffset: number;
}

export interface SymbolNode {
  readonly address: number;
  /** The node as it is in the file, unused entries included. */
  readonly bytes: Uint8Array;
  readonly entries: readonly SymbolEntry[];
}

/** Where a name was found: the nodes from the root of the tree down, and the entry. */
export interface SymbolLocation {
  readonly path: readonly { readonly node: Btree1Node; readonly index: number }[];
  readonly node: SymbolNode;
  readonly index: number;
}

export function decodeSymbolTable(reader: ByteReader): SymbolTable {
  const treeAddress = reader.definedAddress("the group's B-tree");
  return { treeAddress, heapAddress: reader.definedAddress("the group's local heap") };
}

/** The offset of a name in the heap has the size of lengths, though the specification says that of offsets. */
export function symbolEntrySize(file: StructureFile): number {
  return 24 + file.lengthSize + file.offsetSize;
}

/** Bytes of a symbol table node in the file. */
export function symbolNodeSize(file: StructureFile): number {
  return 8 + 2 * file.btreeK.groupLeafK * symbolEntrySize(file);
}

/** Reads a symbol table node. */
export function readSymbolNode(file: StructureFile, address: number): SymbolNode {
  const reader = file.read("symbol table node", address, symbolNodeSize(file));
  reader.expectSignature("SNOD");
  reader.expectVersion(1);
  reader.skip(1);
  const count = reader.u16();
  if (count > 2 * file.btreeK.groupLeafK) {
    throw reader.damage(`${count} entries where ${2 * file.btreeK.groupLeafK} fit`);
  }
  const entries: SymbolEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    const nameOffset = reader.uint(file.lengthSize);
    const target = reader.fileAddress();
    const cacheType = reader.u32();
    reader.skip(4);
    const softLinkOffset = reader.u32();
    reader.skip(12);
    entries.push({ nameOffset, address: target, cacheType, softLinkOffset });
  }
  return { address, bytes: reader.bytes, entries };
}

/** The links of a symbol-table group by name: read in order, or looked up. */
export class SymbolTableGroup {
  readonly heap: LocalHeap;

  constructor(
    private readonly file: StructureFile,
    readonly table: SymbolTable,
  ) {
    this.heap = new LocalHeap(file, table.heapAddress);
  }

  /** All links, in the order of their names' bytes. */
  *links(): Generator<Link> {
    const { file, heap } = this;
    const traversal = new Traversal(file);
    for (const node of btree1Nodes(file, groupTree(file), this.table.treeAddress, traversal)) {
      if (node.level > 0) continue;
      for (const child of node.children) {
        const symbols = readSymbolNode(file, child);
        traversal.enter("symbol table node", child, symbols.bytes.length);
        for (const entry of symbols.entries) {
          yield {
            name: heap.text(entry.nameOffset),
            creationOrder: undefined,
            ...this.target(symbols, entry),
          };
        }
      }
    }
  }

  /** Finds a name by way of the tree's keys. */
  find(name: Uint8Array): SymbolLocation | undefined {
    const { file, heap } = this;
    const path: { node: Btree1Node; index: number }[] = [];
    let node = readBtree1Node(file, groupTree(file), this.table.treeAddress);
    for (;;) {
      // A child holds the names after its left key, up to its right key inclusive.
      const index = node.keys.slice(1).findIndex((key) => heap.compare(name, this.keyOffset(node, key)) <= 0);
      const child = index < 0 ? undefined : node.children[index];
      if (child === undefined) return undefined;
      path.push({ node, index });
      if (node.level === 0) {
        const symbols = readSymbolNode(file, child);
        const found = symbols.entries.findIndex((entry) => heap.compare(name, entry.nameOffset) === 0);
        return found < 0 ? undefined : { path, node: symbols, index: found };
      }
      node = readBtree1Node(file, groupTree(file), child, node.level - 1);
    }
  }

  /** The link of an entry that `find` found. */
  linkAt(location: SymbolLocation): Link {
    const entry = location.node.entries[location.index];
    if (entry === undefined) throw new RangeError(`entry ${location.index} of a symbol table node`);
    const name = this.heap.text(entry.nameOffset);
    return { name, creationOrder: undefined, ...this.target(location.node, entry) };
  }

  private keyOffset(node: Btree1Node, key: Uint8Array): number {
    return new ByteReader(key, this.file, "version 1 B-tree node", node.address).length();
  }

  private target(node: SymbolNode, entry: SymbolEntry): LinkTarget {
    if (entry.cacheType === CACHED_SOFT_LINK) {
      return { kind: "soft", path: decodeText(this.heap.bytesAt(entry.softLinkOffset)) };
    }
    if (entry.address === undefined) {
      throw this.file.damage("symbol table node", node.address, "an entry has no object header");
    }
    return { kind: "hard", address: entry.address };
  }
}
