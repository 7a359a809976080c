import {
  type Btree2Header,
  type Btree2Pointer,
  levelOf,
  NODE_OVERHEAD,
  readBtree2Node,
} from "../btrees/btree-v2.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import type { StructureFile } from "../headers/structure-file.js";

/** A node of a version 2 B-tree while it is changed. */
export interface MutableNode {
  readonly address: number;
  readonly level: number;
  records: Uint8Array[];
  children: Btree2Pointer[];
}

const encoder = /* @__PURE__ */ new TextEncoder();

/** Reads and writes the nodes of one version 2 B-tree ("Disk Format: Level 1A2"). */
export class Btree2Nodes {
  constructor(
    readonly file: StructureFile,
    readonly header: Btree2Header,
  ) {}

  load(pointer: Btree2Pointer, level: number): MutableNode {
    const node = readBtree2Node(this.file, this.header, pointer, level);
    return { address: pointer.address, level, records: [...node.records], children: [...node.children] };
  }

  child(step: { readonly node: MutableNode; readonly index: number } | undefined): MutableNode {
    const pointer = step?.node.children[step.index];
    if (step === undefined || pointer === undefined) throw new RangeError("a child that is not there");
    return this.load(pointer, step.node.level - 1);
  }

  pointerTo(node: MutableNode): Btree2Pointer {
    const count = node.records.length;
    const total = node.children.reduce((sum, child) => sum + child.total, count);
    return { address: node.address, count, total };
  }

  /** Takes space for a node, and fills all of it: HDF5 reads nodes whole. */
  create(level: number): MutableNode {
    const address = this.file.space.allocate(this.header.nodeSize);
    this.file.write(address, new Uint8Array(this.header.nodeSize));
    return { address, level, records: [], children: [] };
  }

  /** Writes a node up to its checksum; what follows is never read. */
  save(node: MutableNode): void {
    const { header, file } = this;
    const { pointerSize } = levelOf(header, node.level);
    const count = node.records.length;
    const used = NODE_OVERHEAD + count * header.recordSize + node.children.length * pointerSize;
    const writer = new ByteWriter(new Uint8Array(used));
    writer
      .put(encoder.encode(node.level > 0 ? "BTIN" : "BTLF"))
      .u8(0)
      .u8(header.type);
    for (const record of node.records) writer.put(record);
    const totalSize = node.level > 0 ? levelOf(header, node.level - 1).totalSize : 0;
    for (const child of node.children) {
      writer.uint(child.address, file.offsetSize).uint(child.count, header.countSize);
      if (totalSize > 0) writer.uint(child.total, totalSize);
    }
    file.writeChecked(node.address, writer.bytes);
  }

  saveHeader(root: Btree2Pointer | undefined, depth: number, totalRecords: number): Btree2Header {
    const { header, file } = this;
    const writer = new ByteWriter(new Uint8Array(header.size));
    writer.put(encoder.encode("BTHD")).u8(0).u8(header.type).u32(header.nodeSize).u16(header.recordSize);
    writer.u16(depth).u8(header.splitPercent).u8(header.mergePercent);
    writer
      .uint(root?.address, file.offsetSize)
      .u16(root?.count ?? 0)
      .uint(totalRecords, file.lengthSize);
    file.writeChecked(header.address, writer.bytes);
    return { ...header, depth, root, totalRecords };
  }
}
