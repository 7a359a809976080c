import type { StructureFile } from "../headers/structure-file.js";
import { arrayElements, bitIsSet, type ElementFormat, elementFormat } from "./array-element.js";
import type { ChunkPart } from "./chunk-index.js";
import type { ChunkOffset } from "./chunk-order.js";

// File Format Specification, appendix "Fixed Array Index".

export interface FixedArray extends ElementFormat {
  readonly address: number;
  readonly headerSize: number;
  readonly count: number;
  readonly perPage: number;
  /** 0 where a page would hold all elements: they are in the block itself then. */
  readonly pages: number;
  /** A bit a page: whether it was ever written. */
  readonly bitmapSize: number;
  /** "Fixed Array Data Block"; undefined before the first element is set. */
  readonly block: number | undefined;
  /** With the pages. */
  readonly blockSize: number;
  /** Bytes that the checksum of the block itself covers, and that. */
  readonly checkedSize: number;
}

/** The blocks of a fixed array and the chunks it leads to. `chunkSize`: bytes of an unfiltered chunk. */
export function* fixedArrayParts(
  file: StructureFile,
  address: number,
  chunkSize: number,
  offsetOf: ChunkOffset,
): Generator<ChunkPart> {
  const array = readFixedArray(file, address, chunkSize, offsetOf);
  yield { part: "index", address, size: array.headerSize };
  const { block: blockAddress, pages, perPage, count, bitmapSize, blockSize, checkedSize } = array;
  if (blockAddress === undefined) return;
  if (!file.isGrowing) file.check("fixed array data block", blockAddress, blockSize);
  const block = file.readChecked("fixed array data block", blockAddress, checkedSize);
  block.expectSignature("FADB");
  block.expectVersion(0);
  block.skip(1);
  if (block.fileAddress() !== address) throw block.damage("it belongs to another array");
  yield { part: "index", address: blockAddress, size: blockSize };
  if (pages === 0) {
    yield* arrayElements(block, array, 0, count);
    return;
  }
  const initialised = block.take(bitmapSize);
  let pageAddress = blockAddress + checkedSize;
  for (let page = 0; page < pages; page += 1) {
    const inPage = Math.min(perPage, count - page * perPage);
    const pageSize = inPage * array.elementSize + 4;
    if (bitIsSet(initialised, page)) {
      const elements = file.readChecked("fixed array page", pageAddress, pageSize);
      yield* arrayElements(elements, array, page * perPage, inPage);
    }
    pageAddress += pageSize;
  }
}

export function readFixedArray(
  file: StructureFile,
  address: number,
  chunkSize: number,
  offsetOf: ChunkOffset,
): FixedArray {
  const headerSize = 12 + file.lengthSize + file.offsetSize;
  const header = file.readChecked("fixed array", address, headerSize);
  header.expectSignature("FAHD");
  header.expectVersion(0);
  const client = header.u8();
  const format = elementFormat(header, client, header.u8(), chunkSize, offsetOf);
  const perPage = 2 ** header.u8();
  const count = header.length();
  const block = header.fileAddress();
  const pages = count > perPage ? Math.ceil(count / perPage) : 0;
  const bitmapSize = Math.ceil(pages / 8);
  const prefixSize = 6 + file.offsetSize + bitmapSize;
  const blockSize = prefixSize + 4 + count * format.elementSize + pages * 4;
  const checkedSize = pages > 0 ? prefixSize + 4 : blockSize;
  return {
    ...format,
    address,
    headerSize,
    count,
    perPage,
    pages,
    bitmapSize,
    block,
    blockSize,
    checkedSize,
  };
}
