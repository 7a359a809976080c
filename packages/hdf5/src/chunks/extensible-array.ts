import type { ByteReader } from "../bytes/byte-reader.js";
import type { StructureFile } from "../headers/structure-file.js";
import { Traversal } from "../headers/traversal.js";
import { arrayElements, bitIsSet, type ElementFormat, elementFormat } from "./array-element.js";
import type { ChunkPart } from "./chunk-index.js";
import type { ChunkOffset } from "./chunk-order.js";

// File Format Specification, appendix "Extensible Array Index".

export interface ExtensibleArray extends ElementFormat {
  readonly address: number;
  readonly client: number;
  readonly headerSize: number;
  /** Undefined before the first element is set. */
  readonly indexBlock: number | undefined;
  readonly indexBlockSize: number;
  /** Elements in the index block itself. */
  readonly inIndexBlock: number;
  readonly smallestBlock: number;
  /** Data block addresses that the smallest super block holds. */
  readonly minPointers: number;
  readonly perPage: number;
  /** Bytes of "Block Offset". */
  readonly blockOffsetSize: number;
  readonly superBlocks: number;
  /** The first super blocks are only virtual: the index block has the addresses of their data blocks. */
  readonly virtualBlocks: number;
  /** Data blocks that the index block has the addresses of. */
  readonly directBlocks: number;
}

/** The blocks of an extensible array and the chunks it leads to. `chunkSize`: bytes of an unfiltered chunk. */
export function* extensibleArrayParts(
  file: StructureFile,
  address: number,
  chunkSize: number,
  offsetOf: ChunkOffset,
): Generator<ChunkPart> {
  const array = readExtensibleArray(file, address, chunkSize, offsetOf);
  yield { part: "index", address, size: array.headerSize };
  if (array.indexBlock !== undefined) yield* indexBlockParts(file, array, array.indexBlock);
}

export function readExtensibleArray(
  file: StructureFile,
  address: number,
  chunkSize: number,
  offsetOf: ChunkOffset,
): ExtensibleArray {
  const headerSize = 16 + 6 * file.lengthSize + file.offsetSize;
  const header = file.readChecked("extensible array", address, headerSize);
  header.expectSignature("EAHD");
  header.expectVersion(0);
  const client = header.u8();
  const format = elementFormat(header, client, header.u8(), chunkSize, offsetOf);
  const maxBits = header.u8();
  const inIndexBlock = header.u8();
  const smallestBlock = header.u8();
  const minPointers = header.u8();
  const pageBits = header.u8();
  header.skip(6 * file.lengthSize); // statistics
  const indexBlock = header.fileAddress();
  const powers = [smallestBlock, minPointers];
  if (maxBits > 64 || pageBits > 32 || powers.some((value) => !Number.isInteger(Math.log2(value)))) {
    throw header.damage(
      `2^${maxBits} elements in blocks from ${smallestBlock} on, ${minPointers} in a block`,
    );
  }
  const superBlocks = 1 + maxBits - Math.log2(smallestBlock);
  const virtualBlocks = 2 * Math.log2(minPointers);
  const directBlocks = 2 * (minPointers - 1);
  const pointers = directBlocks + Math.max(0, superBlocks - virtualBlocks);
  return {
    ...format,
    address,
    client,
    headerSize,
    indexBlock,
    indexBlockSize: 10 + file.offsetSize + inIndexBlock * format.elementSize + pointers * file.offsetSize,
    inIndexBlock,
    smallestBlock,
    minPointers,
    perPage: 2 ** pageBits,
    blockOffsetSize: Math.ceil(maxBits / 8),
    superBlocks,
    virtualBlocks,
    directBlocks,
  };
}

/** "Extensible Array Index Block": elements, then addresses of data blocks, then of super blocks. */
function* indexBlockParts(
  file: StructureFile,
  array: ExtensibleArray,
  address: number,
): Generator<ChunkPart> {
  const { virtualBlocks: virtual, indexBlockSize: size } = array;
  const reader = file.readChecked("extensible array index block", address, size);
  expectBlock(reader, array, "EAIB");
  yield { part: "index", address, size };
  yield* arrayElements(reader, array, 0, array.inIndexBlock);
  /** Number of the first element of the next data block. */
  let first = array.inIndexBlock;
  const traversal = new Traversal(file);
  for (let superBlock = 0; superBlock < virtual; superBlock += 1) {
    for (let block = 0; block < blocksIn(superBlock); block += 1) {
      const at = reader.fileAddress();
      const elements = elementsPerBlock(array, superBlock);
      if (at !== undefined) {
        yield* dataBlockParts(file, array, { address: at, first, elements }, undefined, traversal);
      }
      first += elements;
    }
  }
  for (let superBlock = virtual; superBlock < array.superBlocks; superBlock += 1) {
    const at = reader.fileAddress();
    if (at !== undefined) yield* superBlockParts(file, array, at, superBlock, first, traversal);
    first += blocksIn(superBlock) * elementsPerBlock(array, superBlock);
  }
}

/** Data blocks of a super block. */
export function blocksIn(superBlock: number): number {
  return 2 ** Math.floor(superBlock / 2);
}

export function elementsPerBlock(array: ExtensibleArray, superBlock: number): number {
  return 2 ** Math.ceil(superBlock / 2) * array.smallestBlock;
}

/** "Extensible Array Secondary Block". */
function* superBlockParts(
  file: StructureFile,
  array: ExtensibleArray,
  address: number,
  superBlock: number,
  first: number,
  traversal: Traversal,
): Generator<ChunkPart> {
  const blocks = blocksIn(superBlock);
  const elements = elementsPerBlock(array, superBlock);
  const pages = elements > array.perPage ? elements / array.perPage : 0;
  const bitmapSize = blocks * Math.ceil(pages / 8);
  const size = 10 + file.offsetSize + array.blockOffsetSize + bitmapSize + blocks * file.offsetSize;
  const reader = file.readChecked("extensible array super block", address, size);
  traversal.enter("extensible array super block", address, size);
  expectBlock(reader, array, "EASB");
  reader.skip(array.blockOffsetSize);
  yield { part: "index", address, size };
  const bits = reader.take(bitmapSize);
  for (let block = 0; block < blocks; block += 1) {
    const at = reader.fileAddress();
    if (at === undefined) continue;
    // Bits of all data blocks follow one another, although the bytes for them are counted per block.
    const isWritten = (page: number) => bitIsSet(bits, block * pages + page);
    const dataBlock = { address: at, first: first + block * elements, elements };
    yield* dataBlockParts(file, array, dataBlock, pages > 0 ? isWritten : undefined, traversal);
  }
}

interface DataBlock {
  readonly address: number;
  /** Number of its first element in the array. */
  readonly first: number;
  readonly elements: number;
}

/** "Extensible Array Data Block", and its pages where it has more elements than one holds. */
function* dataBlockParts(
  file: StructureFile,
  array: ExtensibleArray,
  { address, first, elements }: DataBlock,
  isWritten: ((page: number) => boolean) | undefined,
  traversal: Traversal,
): Generator<ChunkPart> {
  const structure = "extensible array data block";
  const pages = isWritten === undefined ? 0 : elements / array.perPage;
  const prefixSize = 6 + file.offsetSize + array.blockOffsetSize;
  const size = prefixSize + 4 + elements * array.elementSize + pages * 4;
  const firstPart = isWritten === undefined ? size : prefixSize + 4;
  const present = file.isGrowing ? firstPart : size;
  file.check(structure, address, present);
  traversal.enter(structure, address, present);
  const reader = file.readChecked(structure, address, firstPart);
  expectBlock(reader, array, "EADB");
  reader.skip(array.blockOffsetSize);
  yield { part: "index", address, size };
  if (isWritten === undefined) {
    yield* arrayElements(reader, array, first, elements);
    return;
  }
  const pageSize = array.perPage * array.elementSize + 4;
  for (let page = 0; page < pages; page += 1) {
    if (!isWritten(page)) continue;
    const at = address + prefixSize + 4 + page * pageSize;
    const pageReader = file.readChecked("extensible array page", at, pageSize);
    yield* arrayElements(pageReader, array, first + page * array.perPage, array.perPage);
  }
}

function expectBlock(reader: ByteReader, array: ExtensibleArray, signature: string): void {
  reader.expectSignature(signature);
  reader.expectVersion(0);
  reader.skip(1);
  if (reader.fileAddress() !== array.address) throw reader.damage("it belongs to another array");
}
