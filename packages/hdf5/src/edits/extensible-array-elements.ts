import { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import { bitIsSet } from "../chunks/array-element.js";
import { blocksIn, type ExtensibleArray, elementsPerBlock } from "../chunks/extensible-array.js";
import type { StructureFile } from "../headers/structure-file.js";
import { type Block, clearElements, type Element, type IndexBlocks, setBit } from "./array-blocks.js";
import type { ArrayElements } from "./chunk-array-editor.js";

// File Format Specification, appendix "Extensible Array Index".

/** The statistics in the header, in the order of its fields. */
const SUPER_BLOCKS = 0;
const SUPER_BLOCK_BYTES = 1;
const DATA_BLOCKS = 2;
const DATA_BLOCK_BYTES = 3;
const MAX_INDEX_SET = 4;
const ELEMENTS = 5;

const encoder = /* @__PURE__ */ new TextEncoder();

/** A super block, and how its data blocks are. */
interface SuperBlock {
  readonly number: number;
  /** Number of its first element, counted behind the index block. */
  readonly first: number;
  /** Elements of each of its data blocks. */
  readonly elements: number;
  /** Of each data block; 0 where its elements are in the block itself. */
  readonly pages: number;
  readonly bitmapSize: number;
}

/** The elements of an extensible array, whose blocks are made when they are needed. */
export class ExtensibleArrayElements implements ArrayElements {
  readonly #file: StructureFile;
  readonly #blocks: IndexBlocks;
  readonly #array: ExtensibleArray & { readonly indexBlock: number };

  constructor(
    file: StructureFile,
    blocks: IndexBlocks,
    array: ExtensibleArray & { readonly indexBlock: number },
  ) {
    this.#file = file;
    this.#blocks = blocks;
    this.#array = array;
  }

  locate(number: number, create: boolean): Element | undefined {
    const { inIndexBlock, elementSize, indexBlock, indexBlockSize } = this.#array;
    const index = this.#blocks.load("extensible array index block", indexBlock, indexBlockSize);
    const start = 6 + this.#file.offsetSize;
    const element =
      number < inIndexBlock
        ? { block: index, position: start + number * elementSize }
        : this.#behindIndexBlock(index, number - inIndexBlock, create);
    if (create) this.#count(MAX_INDEX_SET, (highest) => Math.max(highest, number + 1));
    return element;
  }

  #behindIndexBlock(index: Block, number: number, create: boolean): Element | undefined {
    const { offsetSize } = this.#file;
    const { virtualBlocks, directBlocks, inIndexBlock, elementSize, blockOffsetSize } = this.#array;
    const { superBlock, blocksBefore } = this.#superBlockOf(number);
    const { first, elements, pages, bitmapSize } = superBlock;
    const pointers = 6 + offsetSize + inIndexBlock * elementSize;
    const block = Math.floor((number - first) / elements);
    const data = { superBlock, first: first + block * elements };
    const inBlock = number - data.first;
    if (superBlock.number < virtualBlocks) {
      const at = { block: index, position: pointers + (blocksBefore + block) * offsetSize };
      return this.#inDataBlock(at, data, inBlock, create);
    }
    const place = pointers + (directBlocks + superBlock.number - virtualBlocks) * offsetSize;
    const holder = this.#superBlockAt({ block: index, position: place }, superBlock, create);
    if (holder === undefined) return undefined;
    const bitmap = 6 + offsetSize + blockOffsetSize;
    const at = { block: holder, position: bitmap + bitmapSize + block * offsetSize };
    if (pages === 0) return this.#inDataBlock(at, data, inBlock, create);
    const bits = holder.bytes.subarray(bitmap, bitmap + bitmapSize);
    const page = Math.floor(inBlock / this.#array.perPage);
    const address = this.#dataBlock(at, data, create);
    if (address === undefined) return undefined;
    return this.#inPage({ address, page, holder, bits, bit: block * pages + page }, inBlock, create);
  }

  /** `blocksBefore`: data blocks of the super blocks before it. */
  #superBlockOf(number: number): { superBlock: SuperBlock; blocksBefore: number } {
    const array = this.#array;
    let first = 0;
    let blocksBefore = 0;
    for (let superBlock = 0; superBlock < array.superBlocks; superBlock += 1) {
      const blocks = blocksIn(superBlock);
      const elements = elementsPerBlock(array, superBlock);
      if (number < first + blocks * elements) {
        // The blocks that the index block has the addresses of are never in pages.
        const isPaged = superBlock >= array.virtualBlocks && elements > array.perPage;
        const pages = isPaged ? elements / array.perPage : 0;
        const bitmapSize = blocks * Math.ceil(pages / 8);
        return { superBlock: { number: superBlock, first, elements, pages, bitmapSize }, blocksBefore };
      }
      first += blocks * elements;
      blocksBefore += blocks;
    }
    throw this.#file.damage("extensible array", array.address, `it has no room for element ${number}`);
  }

  #superBlockAt(at: Element, { number, first, bitmapSize }: SuperBlock, create: boolean): Block | undefined {
    const { offsetSize } = this.#file;
    const blocks = blocksIn(number);
    const bitmap = 6 + offsetSize + this.#array.blockOffsetSize;
    const size = bitmap + bitmapSize + blocks * offsetSize + 4;
    const known = this.#addressAt(at);
    if (known !== undefined) return this.#blocks.load("extensible array super block", known, size);
    if (!create) return undefined;
    const bytes = this.#newBlock("EASB", size, first);
    bytes.fill(0xff, bitmap + bitmapSize, size - 4);
    const address = this.#file.space.allocate(size);
    this.#setAddress(at, address);
    this.#count(SUPER_BLOCKS, (count) => count + 1);
    this.#count(SUPER_BLOCK_BYTES, (count) => count + size);
    return this.#blocks.add(address, bytes);
  }

  #inDataBlock(
    at: Element,
    data: { readonly superBlock: SuperBlock; readonly first: number },
    inBlock: number,
    create: boolean,
  ): Element | undefined {
    const address = this.#dataBlock(at, data, create);
    if (address === undefined) return undefined;
    const { elementSize } = this.#array;
    const prefixSize = this.#dataPrefixSize;
    const size = prefixSize + data.superBlock.elements * elementSize + 4;
    const block = this.#blocks.load("extensible array data block", address, size);
    return { block, position: prefixSize + inBlock * elementSize };
  }

  #inPage(
    part: {
      readonly address: number;
      readonly page: number;
      readonly holder: Block;
      readonly bits: Uint8Array;
      readonly bit: number;
    },
    inBlock: number,
    create: boolean,
  ): Element | undefined {
    const { perPage, elementSize } = this.#array;
    const size = perPage * elementSize + 4;
    const address = part.address + this.#dataPrefixSize + 4 + part.page * size;
    const position = (inBlock % perPage) * elementSize;
    if (bitIsSet(part.bits, part.bit))
      return { block: this.#blocks.load("extensible array page", address, size), position };
    if (!create) return undefined;
    const bytes = new Uint8Array(size);
    clearElements(bytes, 0, perPage, this.#array, this.#file.offsetSize);
    setBit(part.bits, part.bit);
    part.holder.isChanged = true;
    return { block: this.#blocks.add(address, bytes), position };
  }

  /** The address of a data block. */
  #dataBlock(
    at: Element,
    { superBlock, first }: { readonly superBlock: SuperBlock; readonly first: number },
    create: boolean,
  ): number | undefined {
    const known = this.#addressAt(at);
    if (known !== undefined || !create) return known;
    const { elementSize } = this.#array;
    const { elements, pages } = superBlock;
    const prefixSize = this.#dataPrefixSize;
    const size = prefixSize + 4 + elements * elementSize + pages * 4;
    const bytes = this.#newBlock("EADB", pages > 0 ? prefixSize + 4 : size, first);
    if (pages === 0) clearElements(bytes, prefixSize, elements, this.#array, this.#file.offsetSize);
    // Pages are written when they get an element.
    const address = pages > 0 ? this.#file.space.allocateZeros(size) : this.#file.space.allocate(size);
    this.#blocks.add(address, bytes);
    this.#setAddress(at, address);
    this.#count(DATA_BLOCKS, (count) => count + 1);
    this.#count(DATA_BLOCK_BYTES, (count) => count + size);
    this.#count(ELEMENTS, (count) => count + elements);
    return address;
  }

  get #dataPrefixSize(): number {
    return 6 + this.#file.offsetSize + this.#array.blockOffsetSize;
  }

  #newBlock(signature: string, size: number, first: number): Uint8Array {
    const { client, address, blockOffsetSize } = this.#array;
    return new ByteWriter(new Uint8Array(size))
      .put(encoder.encode(signature))
      .u8(0)
      .u8(client)
      .uint(address, this.#file.offsetSize)
      .uint(first, blockOffsetSize).bytes;
  }

  #addressAt({ block, position }: Element): number | undefined {
    const reader = new ByteReader(block.bytes, this.#file, "extensible array", block.address);
    reader.position = position;
    return reader.fileAddress();
  }

  #setAddress({ block, position }: Element, address: number): void {
    new ByteWriter(block.bytes, position).uint(address, this.#file.offsetSize);
    block.isChanged = true;
  }

  /** Changes a field of the header. */
  #count(field: number, change: (before: number) => number): void {
    const { address, headerSize } = this.#array;
    const header = this.#blocks.load("extensible array", address, headerSize);
    const position = 12 + field * this.#file.lengthSize;
    const reader = new ByteReader(header.bytes, this.#file, "extensible array", address);
    reader.position = position;
    const before = reader.length();
    const after = change(before);
    if (after === before) return;
    new ByteWriter(header.bytes, position).uint(after, this.#file.lengthSize);
    header.isChanged = true;
  }
}
