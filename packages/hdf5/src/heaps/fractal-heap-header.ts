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
  /** Rows of the root indirect block; 0 where the root is a direct block. */
  readonly rootRows: number;
  /** Bytes of heap offsets in IDs and blocks. */
  readonly offsetSize: number;
  /** Bytes of object lengths in IDs. */
  readonly lengthSize: number;
}

/** The most rows of a doubling table: 2^64 bytes in blocks that double each row. */
export const MAX_ROWS = 64;

/** "Fractal Heap Header". */
export function readFractalHeapHeader(file: StructureFile, address: number): FractalHeapHeader {
  const structure = "fractal heap";
  const fixed = 22 + 12 * file.lengthSize + 3 * file.offsetSize;
  const reader = file.read(structure, address, fixed + 4);
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
  reader.skip(2); // starting number of rows
  const rootAddress = reader.fileAddress();
  const rootRows = reader.u16();
  if (filterLength > 0) throw reader.unknown("its blocks are filtered, which no HDF5 library writes");
  file.verifyChecksum(structure, address, reader.bytes);
  const heap: FractalHeapHeader = {
    address,
    size: fixed + 4,
    idLength,
    checksums: (flags & 0x02) !== 0,
    largestManaged,
    hugeIndexAddress,
    freeSpaceAddress,
    tableWidth,
    startingBlockSize,
    largestDirectSize,
    offsetBits,
    rootAddress,
    rootRows,
    offsetSize: Math.ceil(offsetBits / 8),
    lengthSize: Math.min(Math.ceil(Math.log2(largestDirectSize) / 8), bytesFor(largestManaged)),
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
