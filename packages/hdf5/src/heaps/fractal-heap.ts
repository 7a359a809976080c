import { lookup3 } from "@tvb-storage/files/internal";
import { BTREE2_TYPE, findBtree2Record, readBtree2Header } from "../btrees/btree-v2.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import type { StructureFile } from "../headers/structure-file.js";
import { Traversal } from "../headers/traversal.js";
import {
  directBlockOverhead,
  directRows,
  type FractalHeapHeader,
  indirectRows,
  indirectSize,
  MAX_ROWS,
  readFractalHeapHeader,
  rowBlockSize,
} from "./fractal-heap-header.js";

// File Format Specification, "Disk Format: Level 1G - Fractal Heap", blocks and objects.

/** A managed block, for what has to visit all of them. */
export interface HeapBlock {
  readonly kind: "direct" | "indirect";
  readonly address: number;
  readonly size: number;
}

/** Where an object of the heap is in the file. */
export interface HeapObject {
  readonly address: number;
  readonly length: number;
  /** The direct block around a managed object. */
  readonly block: { readonly address: number; readonly size: number } | undefined;
}

/** The checksum of a direct block covers the whole block, its own field counted as zeros. */
function directBlockChecksum(block: Uint8Array, checksumAt: number): number {
  const copy = block.slice();
  copy.fill(0, checksumAt, checksumAt + 4);
  return lookup3(copy);
}

/** "Fractal Heap Indirect Block": the addresses of its blocks, row by row. */
export function readIndirect(
  file: StructureFile,
  heap: FractalHeapHeader,
  address: number,
  rows: number,
): (number | undefined)[] {
  const reader = file.readChecked("fractal heap indirect block", address, indirectSize(file, heap, rows));
  reader.expectSignature("FHIB");
  reader.expectVersion(0);
  if (reader.fileAddress() !== heap.address) throw reader.damage("it belongs to another heap");
  reader.skip(heap.offsetSize);
  const entries: (number | undefined)[] = [];
  for (let index = 0; index < rows * heap.tableWidth; index += 1) entries.push(reader.fileAddress());
  return entries;
}

/** "Fractal Heap Direct Block", whole. */
export function directBlockBytes(
  file: StructureFile,
  heap: FractalHeapHeader,
  block: { readonly address: number; readonly size: number },
): Uint8Array {
  const reader = file.read("fractal heap direct block", block.address, block.size);
  reader.expectSignature("FHDB");
  reader.expectVersion(0);
  if (reader.fileAddress() !== heap.address) throw reader.damage("it belongs to another heap");
  if (heap.checksums) {
    reader.skip(heap.offsetSize);
    const checksumAt = reader.position;
    if (reader.u32() !== directBlockChecksum(reader.bytes, checksumAt)) {
      throw reader.damage("its checksum does not match its bytes");
    }
  }
  return reader.bytes;
}

/** Reads objects of one heap; what it read of indirect blocks it keeps. */
export class FractalHeap {
  readonly header: FractalHeapHeader;
  private readonly indirect = new Map<number, readonly (number | undefined)[]>();
  private readonly direct = new Map<number, Uint8Array>();

  constructor(
    private readonly file: StructureFile,
    address: number,
  ) {
    this.header = readFractalHeapHeader(file, address);
  }

  get address(): number {
    return this.header.address;
  }

  /** The object of a heap ID. */
  read(id: Uint8Array): ByteReader {
    const tiny = this.tiny(id);
    if (tiny !== undefined) return tiny;
    const { address, length, block } = this.locate(id);
    if (block === undefined) return this.file.read("fractal heap object", address, length);
    const bytes = this.directBlock(block);
    const at = address - block.address;
    return new ByteReader(bytes.subarray(at, at + length), this.file, "fractal heap object", address);
  }

  /** Changes the bytes of an object in place; its length stays. */
  edit(id: Uint8Array, change: (object: Uint8Array) => void): void {
    const { file, header } = this;
    if (this.tiny(id) !== undefined)
      throw file.damage("fractal heap", header.address, "the object is in its ID");
    const { address, length, block } = this.locate(id);
    if (block === undefined) {
      const object = file.bytes("fractal heap object", address, length);
      change(object);
      file.write(address, object);
      return;
    }
    const bytes = this.directBlock(block);
    const at = address - block.address;
    change(bytes.subarray(at, at + length));
    const start = 5 + file.offsetSize + header.offsetSize;
    if (header.checksums) new ByteWriter(bytes, start).u32(directBlockChecksum(bytes, start));
    file.write(block.address, bytes);
  }

  /** Where the object of a heap ID is; not for tiny objects, which are in the ID itself. */
  locate(id: Uint8Array): HeapObject {
    const reader = new ByteReader(id, this.file, "fractal heap ID", this.header.address);
    const flags = reader.u8();
    if (flags >> 6 !== 0) throw reader.unknown(`ID version ${flags >> 6}`);
    const type = (flags >> 4) & 0x03;
    if (type === 1) return this.locateHuge(reader);
    if (type !== 0) throw reader.damage(`an ID of type ${type}`);
    const offset = reader.plainUint(this.header.offsetSize);
    const length = reader.plainUint(this.header.lengthSize);
    const block = this.blockAt(offset);
    const start = offset - block.offset;
    if (start < directBlockOverhead(this.file, this.header) || start + length > block.size) {
      throw reader.damage(`an object of ${length} bytes at heap offset ${offset} is not inside its block`);
    }
    return { address: block.address + start, length, block: { address: block.address, size: block.size } };
  }

  /** All managed blocks of the heap. */
  *blocks(): Generator<HeapBlock> {
    const { rootAddress, rootRows, startingBlockSize } = this.header;
    if (rootAddress === undefined) return;
    if (rootRows === 0) yield { kind: "direct", address: rootAddress, size: startingBlockSize };
    else yield* this.blocksBelow(rootAddress, rootRows, new Traversal(this.file));
  }

  private *blocksBelow(address: number, rows: number, traversal: Traversal): Generator<HeapBlock> {
    const heap = this.header;
    const size = indirectSize(this.file, heap, rows);
    traversal.enter("fractal heap indirect block", address, size);
    yield { kind: "indirect", address, size };
    const direct = directRows(heap);
    for (const [index, entry] of this.indirectBlock(address, rows).entries()) {
      if (entry === undefined) continue;
      const row = Math.floor(index / heap.tableWidth);
      if (row < direct) {
        traversal.enter("fractal heap direct block", entry, rowBlockSize(heap, row));
        yield { kind: "direct", address: entry, size: rowBlockSize(heap, row) };
      } else {
        yield* this.blocksBelow(entry, indirectRows(heap, row), traversal);
      }
    }
  }

  /** "Tiny" objects are stored in their ID. */
  private tiny(id: Uint8Array): ByteReader | undefined {
    const flags = id[0] ?? 0;
    if (((flags >> 4) & 0x03) !== 2) return undefined;
    const extended = this.header.idLength > 17;
    const length = (extended ? ((flags & 0x0f) << 8) | (id[1] ?? 0) : flags & 0x0f) + 1;
    const start = extended ? 2 : 1;
    return new ByteReader(
      id.subarray(start, start + length),
      this.file,
      "fractal heap ID",
      this.header.address,
    );
  }

  /** "Huge" objects are anywhere in the file: the ID says where, or is the key of a B-tree that does. */
  private locateHuge(reader: ByteReader): HeapObject {
    const { file, header } = this;
    if (this.hugeIdsAreDirect) {
      return { address: reader.definedAddress("a huge object"), length: reader.length(), block: undefined };
    }
    const key = this.keyOf(reader);
    if (header.hugeIndexAddress === undefined)
      throw reader.damage("a huge object in a heap without their index");
    const tree = readBtree2Header(file, header.hugeIndexAddress, [BTREE2_TYPE.hugeIndirect]);
    const keyAt = file.offsetSize + file.lengthSize;
    const fields = (record: Uint8Array) => new ByteReader(record, file, "huge object record", tree.address);
    const record = findBtree2Record(file, tree, (candidate) => {
      const candidateReader = fields(candidate);
      candidateReader.position = keyAt;
      return key - candidateReader.length();
    });
    if (record === undefined) throw reader.damage(`huge object ${key} is not in the heap's index`);
    const found = fields(record);
    return { address: found.definedAddress("a huge object"), length: found.length(), block: undefined };
  }

  /** Whether the IDs of huge objects have room for address and length. */
  private get hugeIdsAreDirect(): boolean {
    return this.header.idLength - 1 >= this.file.offsetSize + this.file.lengthSize;
  }

  /** The key of a huge object in the heap's index; undefined for other objects, and where IDs need no index. */
  hugeKey(id: Uint8Array): number | undefined {
    const reader = new ByteReader(id, this.file, "fractal heap ID", this.header.address);
    if (((reader.u8() >> 4) & 0x03) !== 1 || this.hugeIdsAreDirect) return undefined;
    return this.keyOf(reader);
  }

  private keyOf(reader: ByteReader): number {
    return reader.plainUint(Math.min(this.header.idLength - 1, this.file.lengthSize));
  }

  /** The direct block that covers a heap offset. */
  private blockAt(offset: number): { address: number; size: number; offset: number } {
    const { header } = this;
    let address = header.rootAddress;
    let rows = header.rootRows;
    let blockOffset = 0;
    if (address !== undefined && rows === 0) {
      if (offset < header.startingBlockSize) return { address, size: header.startingBlockSize, offset: 0 };
      address = undefined;
    }
    for (let depth = 0; address !== undefined && depth < MAX_ROWS; depth += 1) {
      const entries: readonly (number | undefined)[] = this.indirectBlock(address, rows);
      const { row, column, start } = this.cellOf(offset - blockOffset);
      if (row >= rows) break;
      const size = rowBlockSize(header, row);
      blockOffset += start;
      address = entries[row * header.tableWidth + column];
      if (address !== undefined && row < directRows(header)) return { address, size, offset: blockOffset };
      rows = indirectRows(header, row);
    }
    throw this.file.damage("fractal heap", header.address, `no block covers heap offset ${offset}`);
  }

  /** Row and column of the doubling table in which an offset falls, and where that cell starts. */
  private cellOf(offset: number): { row: number; column: number; start: number } {
    const { startingBlockSize, tableWidth } = this.header;
    let start = 0;
    for (let row = 0; row <= MAX_ROWS; row += 1) {
      const size = rowBlockSize(this.header, row);
      const end = start + size * tableWidth;
      if (offset < end) {
        const column = Math.floor((offset - start) / size);
        return { row, column, start: start + column * size };
      }
      start = end;
    }
    throw this.file.damage(
      "fractal heap",
      this.header.address,
      `heap offset ${offset} is beyond blocks of ${startingBlockSize} bytes and their doublings`,
    );
  }

  private indirectBlock(address: number, rows: number): readonly (number | undefined)[] {
    let entries = this.indirect.get(address);
    if (entries === undefined || entries.length !== rows * this.header.tableWidth) {
      entries = readIndirect(this.file, this.header, address, rows);
      this.indirect.set(address, entries);
    }
    return entries;
  }

  /** "Fractal Heap Direct Block", whole. */
  private directBlock(block: { address: number; size: number }): Uint8Array {
    const kept = this.direct.get(block.address);
    if (kept !== undefined && kept.length === block.size) return kept;
    const bytes = directBlockBytes(this.file, this.header, block);
    this.direct.set(block.address, bytes);
    return bytes;
  }
}
