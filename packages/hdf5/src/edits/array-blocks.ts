import type { ElementFormat } from "../chunks/array-element.js";
import type { StructureFile } from "../headers/structure-file.js";

/** A structure that ends with its checksum, while it is changed. */
export interface Block {
  readonly address: number;
  readonly bytes: Uint8Array;
  isChanged: boolean;
}

/** Where an element of an array of chunks is: in which block or page, and where in it. */
export interface Element {
  readonly block: Block;
  readonly position: number;
}

/** Blocks that are kept between two calls. */
const MAX_BLOCKS = 256;

/** The blocks and pages of one array of chunks. */
export class IndexBlocks {
  readonly #blocks = new Map<number, Block>();

  constructor(readonly file: StructureFile) {}

  load(structure: string, address: number, size: number): Block {
    const known = this.#blocks.get(address);
    if (known !== undefined) return known;
    const { bytes } = this.file.readChecked(structure, address, size);
    return this.#enter({ address, bytes, isChanged: false });
  }

  /** A block that is to be written at an address. */
  add(address: number, bytes: Uint8Array): Block {
    return this.#enter({ address, bytes, isChanged: true });
  }

  /** Writes the blocks that changed. */
  save(): void {
    for (const block of this.#blocks.values()) {
      if (!block.isChanged) continue;
      this.file.writeChecked(block.address, block.bytes);
      block.isChanged = false;
    }
    if (this.#blocks.size > MAX_BLOCKS) this.#blocks.clear();
  }

  #enter(block: Block): Block {
    this.#blocks.set(block.address, block);
    return block;
  }
}

/** Makes elements those of chunks that are not there: without address, of no size. */
export function clearElements(
  bytes: Uint8Array,
  start: number,
  count: number,
  { elementSize }: ElementFormat,
  offsetSize: number,
): void {
  for (let at = start; at < start + count * elementSize; at += elementSize)
    bytes.fill(0xff, at, at + offsetSize);
}

export function setBit(bytes: Uint8Array, index: number): void {
  bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (0x80 >> (index & 7));
}
