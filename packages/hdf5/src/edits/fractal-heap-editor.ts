import { lookup3 } from "@tvb-storage/files/internal";
import { ByteList } from "../bytes/byte-list.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import type { StructureFile } from "../headers/structure-file.js";
import { directBlockBytes, FractalHeap, readIndirect } from "../heaps/fractal-heap.js";
import {
  directBlockOverhead,
  directRows,
  type FractalHeapHeader,
  fractalHeapHeaderSize,
  type HeapCreation,
  type HeapStatistics,
  indirectRows,
  indirectSize,
  newFractalHeap,
  readFractalHeapHeader,
  readHeapStatistics,
  rowBlockSize,
} from "../heaps/fractal-heap-header.js";
import { FreeSpaceSections } from "./free-space-sections.js";
import { insertHugeObject } from "./huge-object-insert.js";
import { takeHugeObject } from "./huge-object-remove.js";

// File Format Specification, "Disk Format: Level 1G - Fractal Heap".

interface DirectBlock {
  readonly address: number;
  /** Where it begins in the heap's address space. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  isChanged: boolean;
}

interface IndirectBlock {
  readonly address: number;
  readonly offset: number;
  readonly rows: number;
  readonly entries: (number | undefined)[];
  isChanged: boolean;
}

/** The flags of a huge object's ID, and of a heap that used all keys once. */
const HUGE = 0x10;
const KEYS_ARE_USED_UP = 0x01;

const encoder = /* @__PURE__ */ new TextEncoder();

/**
 * Inserts objects into a fractal heap, as HDF5 does: into free space of its direct blocks, and where there is none
 * into the next block of the doubling table. Nothing is written before `save`.
 */
export class FractalHeapEditor {
  readonly #file: StructureFile;
  readonly #heap: FractalHeapHeader;
  readonly #statistics: HeapStatistics;
  readonly #free: FreeSpaceSections;
  #hugeIndexAddress: number | undefined;
  /** Huge objects of this session by their keys. */
  readonly #huge = new Map<number, Uint8Array>();
  #rootAddress: number | undefined;
  #rootRows: number;
  #isChanged = false;
  readonly #direct = new Map<number, DirectBlock>();
  readonly #indirect = new Map<number, IndirectBlock>();

  private constructor(
    file: StructureFile,
    heap: FractalHeapHeader,
    statistics: HeapStatistics,
    free: FreeSpaceSections,
  ) {
    this.#file = file;
    this.#heap = heap;
    this.#statistics = statistics;
    this.#free = free;
    this.#hugeIndexAddress = heap.hugeIndexAddress;
    this.#rootAddress = heap.rootAddress;
    this.#rootRows = heap.rootRows;
  }

  /** A heap without objects. */
  static create(file: StructureFile, creation: HeapCreation): FractalHeapEditor {
    const address = file.space.allocate(fractalHeapHeaderSize(file));
    const { heap, statistics } = newFractalHeap(file, address, creation);
    const free = FreeSpaceSections.read(file, undefined, sectionSpace(heap));
    if (free === undefined) throw new RangeError("a heap without a manager has no sections");
    const editor = new FractalHeapEditor(file, heap, statistics, free);
    editor.#isChanged = true;
    return editor;
  }

  /** Undefined where its free space is kept in a way that only HDF5 knows. */
  static open(file: StructureFile, address: number): FractalHeapEditor | undefined {
    const heap = readFractalHeapHeader(file, address);
    const free = FreeSpaceSections.read(file, heap.freeSpaceAddress, sectionSpace(heap));
    if (free === undefined) return undefined;
    return new FractalHeapEditor(file, heap, readHeapStatistics(file, address), free);
  }

  get address(): number {
    return this.#heap.address;
  }

  /** An object as it is now. */
  read(id: Uint8Array): ByteReader {
    const place = this.#managed(id);
    if (place === undefined) return this.#readElsewhere(id);
    const block = this.#blockAt(place.offset);
    const at = place.offset - block.offset;
    const object = block.bytes.subarray(at, at + place.size);
    return new ByteReader(object, this.#file, "fractal heap object", block.address + at);
  }

  /** An object that is not in the heap's own blocks. */
  #readElsewhere(id: Uint8Array): ByteReader {
    const heap = new FractalHeap(this.#file, this.#heap.address);
    const huge = this.#huge.get(heap.hugeKey(id) ?? -1);
    if (huge === undefined) return heap.read(id);
    return new ByteReader(huge, this.#file, "fractal heap object", this.#heap.address);
  }

  /** Where an object is in the heap's own blocks; undefined where it is elsewhere. */
  #managed(id: Uint8Array): { readonly offset: number; readonly size: number } | undefined {
    const { idLength, offsetSize, lengthSize } = this.#heap;
    const reader = new ByteReader(id, this.#file, "fractal heap ID", this.#heap.address);
    if (id.length !== idLength || reader.u8() !== 0) return undefined;
    return { offset: reader.plainUint(offsetSize), size: reader.plainUint(lengthSize) };
  }

  /** Whether an object is as long as those that are outside of IDs, and its own ID has no more than a key. */
  takes(length: number): boolean {
    const { idLength, largestManaged } = this.#heap;
    if (length <= largestManaged) return length >= idLength;
    const { offsetSize, lengthSize } = this.#file;
    return idLength - 1 < offsetSize + lengthSize && (this.#statistics.otherFlags & KEYS_ARE_USED_UP) === 0;
  }

  /** Inserts an object that it `takes`; returns its heap ID. */
  insert(object: Uint8Array): Uint8Array {
    if (object.length > this.#heap.largestManaged) return this.#insertHuge(object);
    let offset = this.#free.take(object.length);
    while (offset === undefined) {
      this.#grow();
      offset = this.#free.take(object.length);
    }
    const block = this.#blockAt(offset);
    block.bytes.set(object, offset - block.offset);
    block.isChanged = true;
    this.#isChanged = true;
    this.#statistics.freeManaged -= object.length;
    this.#statistics.managedObjects += 1;
    const { idLength, offsetSize, lengthSize } = this.#heap;
    const id = new Uint8Array(idLength);
    new ByteWriter(id, 1).uint(offset, offsetSize).uint(object.length, lengthSize);
    return id;
  }

  /** Inserts an object that is too long for blocks. */
  #insertHuge(object: Uint8Array): Uint8Array {
    this.#isChanged = true;
    const statistics = this.#statistics;
    statistics.nextHugeId += 1;
    statistics.hugeSize += object.length;
    statistics.hugeObjects += 1;
    const key = statistics.nextHugeId;
    this.#hugeIndexAddress = insertHugeObject(this.#file, this.#hugeIndexAddress, key, object);
    this.#huge.set(key, object);
    const { idLength } = this.#heap;
    const id = new Uint8Array(idLength);
    new ByteWriter(id).u8(HUGE).uint(key, Math.min(idLength - 1, this.#file.lengthSize));
    return id;
  }

  /** Takes an object out that was there when the heap was opened, and is not in its ID. */
  remove(id: Uint8Array): void {
    const place = this.#managed(id);
    this.#isChanged = true;
    if (place === undefined) {
      this.#removeHuge(id);
      return;
    }
    this.#free.add(place);
    this.#statistics.freeManaged += place.size;
    this.#statistics.managedObjects -= 1;
  }

  #removeHuge(id: Uint8Array): void {
    const removed = takeHugeObject(this.#file, new FractalHeap(this.#file, this.#heap.address), id);
    if (removed === undefined) return;
    const statistics = this.#statistics;
    statistics.hugeSize -= removed.length;
    statistics.hugeObjects -= 1;
    this.#file.space.release(removed.freed);
    if (!removed.emptied) return;
    statistics.nextHugeId = 0;
    this.#hugeIndexAddress = undefined;
  }

  /** Writes what changed. */
  save(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    const file = this.#file;
    for (const block of this.#direct.values()) {
      if (!block.isChanged) continue;
      const at = 5 + file.offsetSize + this.#heap.offsetSize;
      if (this.#heap.checksums) {
        const writer = new ByteWriter(block.bytes, at);
        writer.u32(0);
        new ByteWriter(block.bytes, at).u32(lookup3(block.bytes));
      }
      file.write(block.address, block.bytes);
      block.isChanged = false;
    }
    for (const block of this.#indirect.values()) {
      if (!block.isChanged) continue;
      file.writeChecked(block.address, this.#encodeIndirect(block));
      block.isChanged = false;
    }
    const freeSpaceAddress = this.#free.save();
    file.writeChecked(this.#heap.address, this.#encodeHeader(freeSpaceAddress));
  }

  /** Allocates the next direct block. */
  #grow(): void {
    if (this.#rootAddress === undefined) {
      this.#startRoot();
      return;
    }
    if (this.#rootRows === 0) this.#makeRootIndirect();
    const { iteratorOffset } = this.#statistics;
    if (iteratorOffset >= this.#sizeOfRows(this.#rootRows)) this.#doubleRoot();
    let parent = this.#root();
    for (;;) {
      const { row, column, start } = this.#cellOf(iteratorOffset - parent.offset);
      const index = row * this.#heap.tableWidth + column;
      const offset = parent.offset + start;
      if (row < directRows(this.#heap)) {
        const block = this.#newDirect(offset, rowBlockSize(this.#heap, row));
        parent.entries[index] = block.address;
        parent.isChanged = true;
        this.#statistics.iteratorOffset = offset + block.bytes.length;
        return;
      }
      const address = parent.entries[index];
      const rows = indirectRows(this.#heap, row);
      const child =
        address === undefined ? this.#newIndirect(offset, rows) : this.#loadIndirect(address, offset, rows);
      if (address === undefined) {
        parent.entries[index] = child.address;
        parent.isChanged = true;
      }
      parent = child;
    }
  }

  /** The first block is the root itself. */
  #startRoot(): void {
    const { startingBlockSize } = this.#heap;
    const block = this.#newDirect(0, startingBlockSize);
    this.#rootAddress = block.address;
    this.#rootRows = 0;
    this.#statistics.managedSize = startingBlockSize;
    this.#statistics.freeManaged += startingBlockSize - this.#overhead;
  }

  #makeRootIndirect(): void {
    const rows = Math.max(1, this.#heap.startingRows);
    const root = this.#newIndirect(0, rows);
    root.entries[0] = this.#rootAddress;
    this.#rootAddress = root.address;
    this.#rootRows = rows;
    // HDF5 begins to count here.
    this.#statistics.iteratorOffset = this.#heap.startingBlockSize;
    this.#statistics.managedSize = this.#sizeOfRows(rows);
    // Of the first block that was counted when it was made.
    this.#statistics.freeManaged +=
      this.#freeOfRows(0, rows) - (this.#heap.startingBlockSize - this.#overhead);
  }

  #doubleRoot(): void {
    const before = this.#root();
    const { offsetBits, startingBlockSize, tableWidth } = this.#heap;
    const most = offsetBits - Math.log2(startingBlockSize * tableWidth) + 1;
    const rows = Math.min(2 * before.rows, most);
    if (rows <= before.rows) throw this.#file.damage("fractal heap", this.#heap.address, "it is full");
    const root = this.#newIndirect(0, rows);
    for (const [index, entry] of before.entries.entries()) root.entries[index] = entry;
    this.#indirect.delete(before.address);
    const size = indirectSize(this.#file, this.#heap, before.rows);
    this.#file.space.release([{ address: before.address, size }]);
    this.#rootAddress = root.address;
    this.#rootRows = rows;
    this.#statistics.managedSize = this.#sizeOfRows(rows);
    this.#statistics.freeManaged += this.#freeOfRows(before.rows, rows);
  }

  get #overhead(): number {
    return directBlockOverhead(this.#file, this.#heap);
  }

  /** Bytes of the heap's address space that so many rows cover. */
  #sizeOfRows(rows: number): number {
    let size = 0;
    for (let row = 0; row < rows; row += 1) size += rowBlockSize(this.#heap, row) * this.#heap.tableWidth;
    return size;
  }

  /** What objects can take in rows, whether their blocks are there or not. */
  #freeOfRows(from: number, to: number): number {
    let free = 0;
    for (let row = from; row < to; row += 1) {
      const isDirect = row < directRows(this.#heap);
      const each = isDirect
        ? rowBlockSize(this.#heap, row) - this.#overhead
        : this.#freeOfRows(0, indirectRows(this.#heap, row));
      free += each * this.#heap.tableWidth;
    }
    return free;
  }

  #newDirect(offset: number, size: number): DirectBlock {
    const file = this.#file;
    const address = file.space.allocate(size);
    const bytes = new Uint8Array(size);
    const writer = new ByteWriter(bytes).put(encoder.encode("FHDB")).u8(0);
    writer.uint(this.#heap.address, file.offsetSize).uint(offset, this.#heap.offsetSize);
    const block: DirectBlock = { address, offset, bytes, isChanged: true };
    this.#direct.set(address, block);
    this.#free.add({ offset: offset + this.#overhead, size: size - this.#overhead });
    this.#statistics.allocatedManaged += size;
    return block;
  }

  #newIndirect(offset: number, rows: number): IndirectBlock {
    const address = this.#file.space.allocate(indirectSize(this.#file, this.#heap, rows));
    const entries = new Array<number | undefined>(rows * this.#heap.tableWidth).fill(undefined);
    const block: IndirectBlock = { address, offset, rows, entries, isChanged: true };
    this.#indirect.set(address, block);
    return block;
  }

  #root(): IndirectBlock {
    return this.#loadIndirect(this.#rootAddress ?? 0, 0, this.#rootRows);
  }

  #loadIndirect(address: number, offset: number, rows: number): IndirectBlock {
    let block = this.#indirect.get(address);
    if (block === undefined) {
      const entries = readIndirect(this.#file, this.#heap, address, rows);
      block = { address, offset, rows, entries, isChanged: false };
      this.#indirect.set(address, block);
    }
    return block;
  }

  /** The direct block around an offset in the heap. */
  #blockAt(offset: number): DirectBlock {
    if (this.#rootRows === 0) return this.#loadDirect(this.#rootAddress, 0, this.#heap.startingBlockSize);
    let parent = this.#root();
    for (;;) {
      const { row, column, start } = this.#cellOf(offset - parent.offset);
      const address = parent.entries[row * this.#heap.tableWidth + column];
      const at = parent.offset + start;
      if (row < directRows(this.#heap)) return this.#loadDirect(address, at, rowBlockSize(this.#heap, row));
      if (address === undefined) throw this.#noBlock(at);
      parent = this.#loadIndirect(address, at, indirectRows(this.#heap, row));
    }
  }

  #loadDirect(address: number | undefined, offset: number, size: number): DirectBlock {
    if (address === undefined) throw this.#noBlock(offset);
    let block = this.#direct.get(address);
    if (block === undefined) {
      const bytes = directBlockBytes(this.#file, this.#heap, { address, size });
      block = { address, offset, bytes, isChanged: false };
      this.#direct.set(address, block);
    }
    return block;
  }

  #noBlock(offset: number): Error {
    return this.#file.damage("fractal heap", this.#heap.address, `it has no block at its offset ${offset}`);
  }

  /** Row and column of a doubling table in which an offset falls, and where that cell starts. */
  #cellOf(offset: number): { row: number; column: number; start: number } {
    let start = 0;
    for (let row = 0; ; row += 1) {
      const size = rowBlockSize(this.#heap, row);
      const end = start + size * this.#heap.tableWidth;
      if (offset < end) {
        const column = Math.floor((offset - start) / size);
        return { row, column, start: start + column * size };
      }
      start = end;
    }
  }

  #encodeIndirect({ offset, entries }: IndirectBlock): Uint8Array {
    const { offsetSize } = this.#file;
    const list = new ByteList().put(encoder.encode("FHIB")).u8(0);
    list.uint(this.#heap.address, offsetSize).uint(offset, this.#heap.offsetSize);
    for (const entry of entries) list.uint(entry, offsetSize);
    return list.u32(0).bytes;
  }

  #encodeHeader(freeSpaceAddress: number | undefined): Uint8Array {
    const { lengthSize, offsetSize } = this.#file;
    const heap = this.#heap;
    const statistics = this.#statistics;
    const list = new ByteList().put(encoder.encode("FRHP")).u8(0).u16(heap.idLength).u16(0);
    list.u8((heap.checksums ? 0x02 : 0) | statistics.otherFlags).u32(heap.largestManaged);
    list.uint(statistics.nextHugeId, lengthSize).uint(this.#hugeIndexAddress, offsetSize);
    list.uint(statistics.freeManaged, lengthSize).uint(freeSpaceAddress, offsetSize);
    list.uint(statistics.managedSize, lengthSize).uint(statistics.allocatedManaged, lengthSize);
    list.uint(statistics.iteratorOffset, lengthSize).uint(statistics.managedObjects, lengthSize);
    list.uint(statistics.hugeSize, lengthSize).uint(statistics.hugeObjects, lengthSize);
    for (const value of statistics.tiny) list.uint(value, lengthSize);
    list
      .u16(heap.tableWidth)
      .uint(heap.startingBlockSize, lengthSize)
      .uint(heap.largestDirectSize, lengthSize);
    list.u16(heap.offsetBits).u16(heap.startingRows).uint(this.#rootAddress, offsetSize).u16(this.#rootRows);
    return list.u32(0).bytes;
  }
}

function sectionSpace({ offsetBits, largestDirectSize, offsetSize }: FractalHeapHeader) {
  return { offsetBits, largestSection: largestDirectSize, offsetSize };
}
