import type { StructureFile } from "../headers/structure-file.js";
import { arrayElements, bitIsSet, elementFormat } from "./array-element.js";
import type { ChunkPart } from "./chunk-index.js";
import type { ChunkOffset } from "./chunk-order.js";

// File Format Specification, appendix "Fixed Array Index".

/** The blocks of a fixed array and the chunks it leads to. `chunkSize`: bytes of an unfiltered chunk. */
export function* fixedArrayParts(
  file: StructureFile,
  address: number,
  chunkSize: number,
  offsetOf: ChunkOffset,
): Generator<ChunkPart> {
  const headerSize = 12 + file.lengthSize + file.offsetSize;
  const header = file.readChecked("fixed array", address, headerSize);
  header.expectSignature("FAHD");
  header.expectVersion(0);
  const client = header.u8();
  const format = elementFormat(header, client, header.u8(), chunkSize, offsetOf);
  const pageBits = header.u8();
  const count = header.length();
  const blockAddress = header.fileAddress();
  yield { part: "index", address, size: headerSize };
  if (blockAddress === undefined) return;

  // "Fixed Array Data Block": with more elements than a page holds, bits say which pages were ever written.
  const perPage = 2 ** pageBits;
  const pages = count > perPage ? Math.ceil(count / perPage) : 0;
  const bitmapSize = Math.ceil(pages / 8);
  const prefixSize = 6 + file.offsetSize + bitmapSize;
  const elementsSize = count * format.elementSize;
  const blockSize = prefixSize + 4 + elementsSize + pages * 4;
  if (!file.isGrowing) file.check("fixed array data block", blockAddress, blockSize);
  const checked = pages > 0 ? prefixSize + 4 : blockSize;
  const block = file.readChecked("fixed array data block", blockAddress, checked);
  block.expectSignature("FADB");
  block.expectVersion(0);
  block.skip(1);
  if (block.fileAddress() !== address) throw block.damage("it belongs to another array");
  yield { part: "index", address: blockAddress, size: blockSize };
  if (pages === 0) {
    yield* arrayElements(block, format, 0, count);
    return;
  }
  const initialised = block.take(bitmapSize);
  let pageAddress = blockAddress + prefixSize + 4;
  for (let page = 0; page < pages; page += 1) {
    const inPage = Math.min(perPage, count - page * perPage);
    const pageSize = inPage * format.elementSize + 4;
    if (bitIsSet(initialised, page)) {
      const elements = file.readChecked("fixed array page", pageAddress, pageSize);
      yield* arrayElements(elements, format, page * perPage, inPage);
    }
    pageAddress += pageSize;
  }
}
