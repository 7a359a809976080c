import { type ChunkedLayout, chunkBytes } from "../chunks/chunk-index.js";
import { chunkNumbers } from "../chunks/chunk-order.js";
import type { Dataspace } from "../datatypes/dataspace-message.js";
import type { StructureFile } from "../headers/structure-file.js";
import type { ChunkIndexEditing, ChunkPlace } from "./chunk-index-editor.js";

/**
 * Chunks without filters whose places follow from their numbers: a single one, and those without an index. All of them
 * are in the file, and stay where they are.
 */
export class PlacedChunks implements ChunkIndexEditing {
  readonly #file: StructureFile;
  readonly #size: number;
  readonly #numberOf: (offset: readonly number[]) => number;

  constructor(
    file: StructureFile,
    layout: ChunkedLayout,
    space: Dataspace,
    readonly root: number,
  ) {
    this.#file = file;
    this.#size = chunkBytes(layout);
    this.#numberOf = chunkNumbers(layout, space);
  }

  find(offset: readonly number[]): ChunkPlace {
    const address = this.root + this.#numberOf(offset) * this.#size;
    return { address, size: this.#size, filterMask: 0 };
  }

  put(offset: readonly number[]): void {
    throw this.#file.damage("chunk", this.find(offset).address, "it cannot be elsewhere");
  }

  save(): void {
    // There is no index.
  }
}
