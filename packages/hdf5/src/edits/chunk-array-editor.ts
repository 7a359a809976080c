import { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import type { ElementFormat } from "../chunks/array-element.js";
import { type ChunkedLayout, chunkBytes } from "../chunks/chunk-index.js";
import { chunkNumbers, chunkOffsets } from "../chunks/chunk-order.js";
import { readExtensibleArray } from "../chunks/extensible-array.js";
import { readFixedArray } from "../chunks/fixed-array.js";
import type { Dataspace } from "../datatypes/dataspace-message.js";
import type { StructureFile } from "../headers/structure-file.js";
import { type Element, IndexBlocks } from "./array-blocks.js";
import type { ChunkIndexEditing, ChunkPlace } from "./chunk-index-editor.js";
import { ExtensibleArrayElements } from "./extensible-array-elements.js";
import { FixedArrayElements } from "./fixed-array-elements.js";

/** Finds the element of an array that has a number. */
export interface ArrayElements {
  /** Undefined where its block does not exist; with `create` it is made. */
  locate(number: number, create: boolean): Element | undefined;
}

/**
 * The extensible or fixed array of one dataset's chunks, while chunks are added and moved. What was read of it is
 * kept; nothing is written before `save`.
 */
export class ChunkArrayEditor implements ChunkIndexEditing {
  readonly root: number;
  readonly #file: StructureFile;
  readonly #blocks: IndexBlocks;
  readonly #format: ElementFormat;
  readonly #elements: ArrayElements;
  readonly #numberOf: (offset: readonly number[]) => number;

  /** Undefined for other indexes, and for an array that has no blocks yet. */
  static open(file: StructureFile, layout: ChunkedLayout, space: Dataspace): ChunkArrayEditor | undefined {
    const { address, kind } = layout.index;
    if (address === undefined) return undefined;
    const blocks = new IndexBlocks(file);
    const [size, offsets] = [chunkBytes(layout), chunkOffsets(layout, space)];
    const numberOf = chunkNumbers(layout, space);
    if (kind === "extensible-array") {
      const array = readExtensibleArray(file, address, size, offsets);
      const { indexBlock } = array;
      if (indexBlock === undefined) return undefined;
      const elements = new ExtensibleArrayElements(file, blocks, { ...array, indexBlock });
      return new ChunkArrayEditor(file, { root: address, blocks, format: array, elements, numberOf });
    }
    if (kind !== "fixed-array") return undefined;
    const array = readFixedArray(file, address, size, offsets);
    const { block } = array;
    if (block === undefined) return undefined;
    const elements = new FixedArrayElements(blocks, { ...array, block });
    return new ChunkArrayEditor(file, { root: address, blocks, format: array, elements, numberOf });
  }

  private constructor(
    file: StructureFile,
    parts: {
      readonly root: number;
      readonly blocks: IndexBlocks;
      readonly format: ElementFormat;
      readonly elements: ArrayElements;
      readonly numberOf: (offset: readonly number[]) => number;
    },
  ) {
    this.#file = file;
    this.root = parts.root;
    this.#blocks = parts.blocks;
    this.#format = parts.format;
    this.#elements = parts.elements;
    this.#numberOf = parts.numberOf;
  }

  find(offset: readonly number[]): ChunkPlace | undefined {
    const element = this.#elements.locate(this.#numberOf(offset), false);
    if (element === undefined) return undefined;
    const { bytes, address: block } = element.block;
    const reader = new ByteReader(bytes, this.#file, "array of chunks", block);
    reader.position = element.position;
    const address = reader.fileAddress();
    if (address === undefined) return undefined;
    if (!this.#format.filtered) return { address, size: this.#format.chunkSize, filterMask: 0 };
    return { address, size: reader.plainUint(this.#sizeField), filterMask: reader.u32() };
  }

  put(offset: readonly number[], { address, size, filterMask }: ChunkPlace): void {
    const element = this.#elements.locate(this.#numberOf(offset), true);
    if (element === undefined) throw this.#file.damage("array of chunks", this.root, "it lacks an element");
    const writer = new ByteWriter(element.block.bytes, element.position).uint(address, this.#file.offsetSize);
    if (this.#format.filtered) {
      if (size >= 2 ** (8 * this.#sizeField))
        throw this.#file.damage("array of chunks", this.root, `a chunk of ${size} bytes does not fit in it`);
      writer.uint(size, this.#sizeField).u32(filterMask);
    }
    element.block.isChanged = true;
  }

  save(): void {
    this.#blocks.save();
  }

  get #sizeField(): number {
    return this.#format.elementSize - this.#file.offsetSize - 4;
  }
}
