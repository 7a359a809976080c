import type { ByteReader } from "../bytes/byte-reader.js";
import { bytesFor } from "../datatypes/datatype-message.js";
import type { StructureFile } from "../headers/structure-file.js";

// File Format Specification, "Disk Format: Level 1G - Fractal Heap", header and "Doubling Table".

export interface FractalHeapHeader {
  readonly address: number;
  /** Bytes of the header in the file. */
  readonly size: number;
  readonly idLength: number;
  /** Direct blocks carry checksums. */
  readonly checksums: boolean;
  readonly largestManaged: number;
  readonly hugeIndexAddress: number | undefined;
  readonly freeSpaceAddress: number | undefined;
  readonly tableWidth: number;
  readonly startingBlockSize: number;
  readonly largestDirectSize: number;
  /** log2 of the size of the heap's own address space. */
  readonly offsetBits: number;
  readonly rootAddress: number | undefined;
  /** Rows that a root indirect block has at first. */
  readonly startingRows: number;
  /** Rows of the root indirect block; 0 where the root is a direct block. */
  readonly rootRows: number;
  /** Bytes of heap offsets in IDs and blocks. */
  readonly offsetSize: number;
  /** Bytes of object lengths in IDs. */
  readonly lengthSize: number;
}

/** What the header counts, which only who changes the heap needs. */
export interface HeapStatistics {
  /** Flags but that of checksums. */
  readonly otherFlags: number;
  /** The key of the latest huge object. */
  nextHugeId: number;
  /** What objects can still take in the rows of the root, whether their blocks are there or not. */
  freeManaged: number;
  /** Bytes of the heap's address space that the root covers. */
  managedSize: number;
  /** Bytes of all direct blocks. */
  allocatedManaged: number;
  /** Where in the heap's address space the next direct block goes. */
  iteratorOffset: number;
  managedObjects: number;
  hugeSize: number;
  hugeObjects: number;
  /** Size and number of tiny objects. */
  readonly tiny: readonly number[];
}

/** How a new heap is made. */
export interface HeapCreation {
  readonly idLength: number;
  readonly startingBlockSize: number;
  readonly offsetBits: number;
}

/** HDF5's values for the heaps of links and of attributes. */
const TABLE_WIDTH = 4;
const LARGEST_DIRECT = 64 * 1024;
const LARGEST_MANAGED = 4096;

/** The header of a heap without objects. */
export function newFractalHeap(
  file: StructureFile,
  address: number,
  { idLength, startingBlockSize, offsetBits }: HeapCreation,
): { readonly heap: FractalHeapHeader; readonly statistics: HeapStatistics } {
  const heap: FractalHeapHeader = {
    address,
    size: fractalHeapHeaderSize(file),
    idLength,
    checksums: true,
    largestManaged: LARGEST_MANAGED,
    hugeIndexAddress: undefined,
    freeSpaceAddress: undefined,
    tableWidth: TABLE_WIDTH,
    startingBlockSize,
    largestDirectSize: LARGEST_DIRECT,
    offsetBits,
    startingRows: 1,
    rootAddress: undefined,
    rootRows: 0,
    ...fieldSizes(offsetBits, LARGEST_DIRECT, LARGEST_MANAGED),
  };
  const counts = {
    nextHugeId: 0,
    hugeSize: 0,
    hugeObjects: 0,
    freeManaged: 0,
    managedSize: 0,
    allocatedManaged: 0,
    iteratorOffset: 0,
    managedObjects: 0,
  };
  return { heap, statistics: { otherFlags: 0, tiny: [0, 0], ...counts } };
}

/** Bytes of heap offsets and of object lengths. */
function fieldSizes(offsetBits: number, largestDirectSize: number, largestManaged: number) {
  const lengthSize = Math.min(Math.ceil(Math.log2(largestDirectSize) / 8), bytesFor(largestManaged));
  return { offsetSize: Math.ceil(offsetBits / 8), lengthSize };
}

export function fractalHeapHeaderSize(file: StructureFile): number {
  return 26 + 12 * file.lengthSize + 3 * file.offsetSize;
}

/** The rest of what `readFractalHeapHeader` reads, which checks it. */
export function readHeapStatistics(file: StructureFile, address: number): HeapStatistics {
  const reader = file.read("fractal heap", address, fractalHeapHeaderSize(file));
  reader.skip(4 + 1 + 2 + 2);
  const otherFlags = reader.u8() & ~CHECKSUMS;
  reader.skip(4);
  const nextHugeId = reader.length();
  reader.skip(file.offsetSize);
  const freeManaged = reader.length();
  reader.skip(file.offsetSize);
  const managedSize = reader.length();
  const allocatedManaged = reader.length();
  const iteratorOffset = reader.length();
  const managedObjects = reader.length();
  const hugeSize = reader.length();
  const hugeObjects = reader.length();
  const tiny = [reader.length(), reader.length()];
  return {
    otherFlags,
    nextHugeId,
    freeManaged,
    managedSize,
    allocatedManaged,
    iteratorOffset,
    managedObjects,
    hugeSize,
    hugeObjects,
    tiny,
  };
}

const CHECKSUMS = 0x02;

/** The most rows of a doubling table: 2^64 bytes in blocks that double each row. */
export const MAX_ROWS = 64;

/** "Fractal Heap Header". */
export function readFractalHeapHeader(file: StructureFile, address: number): FractalHeapHeader {
  const structure = "fractal heap";
  const size = fractalHeapHeaderSize(file);
  const reader = file.read(structure, address, size);
  reader.expectSignature("FRHP");
  reader.expectVersion(0);
  const idLength = reader.u16();
  const filterLength = reader.u16();
  const flags = reader.u8();
  const largestManaged = reader.u32();
  reader.skip(file.lengthSize); // next huge object ID
  const hugeIndexAddress = reader.fileAddress();
  reader.skip(file.lengthSize); // free space in managed blocks
  const freeSpaceAddress = reader.fileAddress();
  reader.skip(8 * file.lengthSize); // statistics
  const tableWidth = reader.u16();
  const startingBlockSize = reader.length();
  const largestDirectSize = reader.length();
  const offsetBits = reader.u16();
  const startingRows = reader.u16();
  const rootAddress = reader.fileAddress();
  const rootRows = reader.u16();
  if (filterLength > 0) throw reader.unknown("its blocks are filtered, which no HDF5 library writes");
  file.verifyChecksum(structure, address, reader.bytes);
  const heap: FractalHeapHeader = {
    address,
    size,
    idLength,
    checksums: (flags & CHECKSUMS) !== 0,
    largestManaged,
    hugeIndexAddress,
    freeSpaceAddress,
    tableWidth,
    startingBlockSize,
    largestDirectSize,
    offsetBits,
    startingRows,
    rootAddress,
    rootRows,
    ...fieldSizes(offsetBits, largestDirectSize, largestManaged),
  };
  checkTable(reader, heap);
  return heap;
}

function checkTable(reader: ByteReader, heap: FractalHeapHeader): void {
  const { tableWidth, startingBlockSize, largestDirectSize, offsetBits, rootRows } = heap;
  const powers = [tableWidth, startingBlockSize, largestDirectSize];
  if (powers.some((value) => value === 0 || !Number.isInteger(Math.log2(value)))) {
    throw reader.damage(
      `a table of width ${tableWidth}, blocks of ${startingBlockSize} to ${largestDirectSize}`,
    );
  }
  if (offsetBits === 0 || offsetBits > 64 || largestDirectSize < startingBlockSize || rootRows > MAX_ROWS) {
    throw reader.damage(`a heap of 2^${offsetBits} bytes with ${rootRows} rows`);
  }
}

/** Bytes before the objects of a direct block. */
export function directBlockOverhead(file: StructureFile, heap: FractalHeapHeader): number {
  return 5 + file.offsetSize + heap.offsetSize + (heap.checksums ? 4 : 0);
}

/** "Doubling Table": bytes of a block in a row. */
export function rowBlockSize(heap: FractalHeapHeader, row: number): number {
  return heap.startingBlockSize * 2 ** Math.max(0, row - 1);
}

/** Rows of direct blocks in an indirect block, at most. */
export function directRows(heap: FractalHeapHeader): number {
  return Math.log2(heap.largestDirectSize / heap.startingBlockSize) + 2;
}

/** Bytes of an indirect block with that many rows. */
export function indirectSize(file: StructureFile, heap: FractalHeapHeader, rows: number): number {
  return 9 + file.offsetSize + heap.offsetSize + rows * heap.tableWidth * file.offsetSize;
}

/** Rows of an indirect block that is in `row` of another. */
export function indirectRows(heap: FractalHeapHeader, row: number): number {
  return Math.log2(rowBlockSize(heap, row) / (heap.startingBlockSize * heap.tableWidth)) + 1;
}
