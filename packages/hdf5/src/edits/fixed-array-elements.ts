import { bitIsSet } from "../chunks/array-element.js";
import type { FixedArray } from "../chunks/fixed-array.js";
import { clearElements, type Element, type IndexBlocks, setBit } from "./array-blocks.js";
import type { ArrayElements } from "./chunk-array-editor.js";

// File Format Specification, appendix "Fixed Array Index".

/** The elements of a fixed array, whose pages are made when they are needed. */
export class FixedArrayElements implements ArrayElements {
  constructor(
    readonly blocks: IndexBlocks,
    readonly array: FixedArray & { readonly block: number },
  ) {}

  locate(number: number, create: boolean): Element | undefined {
    const { array, blocks } = this;
    const { file } = blocks;
    const { pages, perPage, count, elementSize, checkedSize, bitmapSize } = array;
    const prefixSize = 6 + file.offsetSize;
    if (number >= count)
      throw file.damage("fixed array", array.address, `it has no element ${number}, but ${count}`);
    const block = blocks.load("fixed array data block", array.block, checkedSize);
    if (pages === 0) return { block, position: prefixSize + number * elementSize };
    const page = Math.floor(number / perPage);
    const first = page * perPage;
    const inPage = Math.min(perPage, count - first);
    const size = inPage * elementSize + 4;
    const address = array.block + checkedSize + page * (perPage * elementSize + 4);
    const position = (number - first) * elementSize;
    const bits = block.bytes.subarray(prefixSize, prefixSize + bitmapSize);
    if (bitIsSet(bits, page)) return { block: blocks.load("fixed array page", address, size), position };
    if (!create) return undefined;
    const bytes = new Uint8Array(size);
    clearElements(bytes, 0, inPage, array, file.offsetSize);
    setBit(bits, page);
    block.isChanged = true;
    return { block: blocks.add(address, bytes), position };
  }
}
