import { FileStorageException } from "@tvb-storage/errors";
import { unjudged } from "../bytes/damage.js";
import { type ChunkedLayout, chunkBytes, type StoredChunk } from "../chunks/chunk-index.js";
import type { Filter } from "../chunks/filter-pipeline-message.js";
import { decodePipelineNow } from "../filters/encode-pipeline.js";
import { type FilterDecoders, FilterError } from "../filters/filter.js";
import { appliedFilters, decodePipeline, maxStoredBytes, unknownFilters } from "../filters/pipeline.js";
import type { StructureFile } from "../headers/structure-file.js";
import type { DatasetInfo } from "../objects/object-info.js";
import { BLOCK_BYTES, type Turns } from "./turns.js";

/** Chunks that are decoded at a time, and their bytes together, at most. */
const CHUNKS_AT_ONCE = 4;
const BYTES_AT_ONCE = 64 * 1024 * 1024;
/** HDF5's own limit. */
const MAX_CHUNK_BYTES = 2 ** 32 - 1;

/** The bytes of the chunks of one dataset, without their filters, and as many as their shape needs. */
export class ChunkDecoder {
  readonly #file: StructureFile;
  readonly #dataset: DatasetInfo;
  readonly #layout: ChunkedLayout;
  readonly #what: string;
  readonly #decoders: FilterDecoders;
  /** Bytes of a chunk by its shape. */
  readonly size: number;
  /** The chunk that was decoded last: the next read often begins in it. A large one is given up where memory is short. */
  #last: { readonly address: number; readonly bytes: Uint8Array | WeakRef<Uint8Array> } | undefined;

  /** `what` names the dataset and its file in messages; `decoders` are the caller's. */
  constructor(
    file: StructureFile,
    dataset: DatasetInfo,
    layout: ChunkedLayout,
    what: string,
    decoders: FilterDecoders = {},
  ) {
    this.#file = file;
    this.#dataset = dataset;
    this.#layout = layout;
    this.#what = what;
    this.#decoders = decoders;
    this.size = chunkBytes(layout);
  }

  /** How many chunks may be decoded at a time. */
  get atOnce(): number {
    return Math.max(1, Math.min(CHUNKS_AT_ONCE, Math.floor(BYTES_AT_ONCE / this.size)));
  }

  /** The filters that a chunk went through, in the order of writing. */
  filtersOf({ offset, filterMask }: StoredChunk): readonly Filter[] {
    const { dataspace, filters } = this.#dataset;
    if (filters.length === 0) return filters;
    const isEdge = this.#layout.chunkShape.some(
      (length, axis) => (offset[axis] ?? 0) + length > (dataspace.shape[axis] ?? 0),
    );
    return this.#layout.filtersSkipEdges && isEdge ? [] : appliedFilters(filters, filterMask);
  }

  /**
   * To be called before the bytes of a chunk are read.
   *
   * @throws FileStorageException a chunk without filters is not as long as its shape, or one with filters is far longer.
   */
  checkSize(chunk: StoredChunk, filters: readonly Filter[]): void {
    if (chunk.size === this.size) return;
    if (filters.length > 0) {
      if (chunk.size > maxStoredBytes(this.size))
        throw this.#wrong(chunk, `is stored in ${chunk.size} bytes, its shape needs ${this.size}`);
      return;
    }
    throw this.#wrong(chunk, `has ${chunk.size} bytes, its shape needs ${this.size}`);
  }

  /** The bytes of a chunk, where it was decoded last. */
  known({ address }: StoredChunk): Uint8Array | undefined {
    if (this.#last?.address !== address) return undefined;
    const { bytes } = this.#last;
    return bytes instanceof WeakRef ? bytes.deref() : bytes;
  }

  /** To be called when a chunk was written: another one may be at its address, or the same with other bytes. */
  forget(): void {
    this.#last = undefined;
  }

  /**
   * The bytes of a chunk.
   *
   * @param isOnly Nothing else is decoded meanwhile.
   * @throws FileStorageException the chunk cannot be decoded, is not as long as its shape, or has a filter that is
   *   not known here.
   */
  async decode(
    chunk: StoredChunk,
    filters: readonly Filter[],
    turns: Turns,
    isOnly: boolean,
  ): Promise<Uint8Array> {
    const known = this.known(chunk);
    if (known !== undefined) return known;
    const { size } = this;
    if (size > MAX_CHUNK_BYTES) throw this.#wrong(chunk, `would have ${size} bytes by its shape`);
    const unknown = unknownFilters(filters, this.#decoders);
    if (unknown.length > 0) {
      const given = unknown.map(({ id }) => `${id}: ...`).join(", ");
      throw unknownFilter(this.#what, unknown, `give a decoder (filters: { ${given} }), or `);
    }
    const stored = await this.#storedBytes(chunk, turns);
    let decoded: Uint8Array;
    try {
      decoded = await decodePipeline(stored, filters, {
        length: size,
        decoders: this.#decoders,
        isOnly,
        pause: () => turns.call.pause(),
      });
    } catch (error) {
      throw this.#notDecoded(chunk, error);
    }
    const bytes = this.#checked(chunk, decoded);
    this.#last = { address: chunk.address, bytes: size <= BYTES_AT_ONCE ? bytes : new WeakRef(bytes) };
    return bytes;
  }

  /** As `decode`, at once; of filters that `canEncode` knows. */
  decodeNow(chunk: StoredChunk, filters: readonly Filter[]): Uint8Array {
    const stored = this.#file.bytes("chunk", chunk.address, chunk.size);
    try {
      return this.#checked(chunk, decodePipelineNow(stored, filters, this.size));
    } catch (error) {
      throw this.#notDecoded(chunk, error);
    }
  }

  #checked(chunk: StoredChunk, bytes: Uint8Array): Uint8Array {
    if (bytes.length === this.size) return bytes;
    throw this.#wrong(chunk, `decodes to ${bytes.length} bytes, its shape needs ${this.size}`);
  }

  #notDecoded(chunk: StoredChunk, error: unknown): unknown {
    return error instanceof FilterError ? this.#wrong(chunk, error.message, error) : error;
  }

  /** The bytes of a chunk as they are in the file. */
  async #storedBytes({ address, size }: StoredChunk, turns: Turns): Promise<Uint8Array> {
    this.#file.check("chunk", address, size);
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += BLOCK_BYTES) {
      if (at > 0) await turns.call.pause();
      const part = bytes.subarray(at, at + BLOCK_BYTES);
      this.#file.fill(part, this.#file.positionOf(address) + at, this.#what);
    }
    return bytes;
  }

  #wrong({ offset }: StoredChunk, problem: string, cause?: unknown): FileStorageException {
    const { filters } = this.#dataset;
    const through = filters.length === 0 ? "" : ` (${filters.map(({ name }) => name).join(", ")})`;
    return new FileStorageException(
      `${this.#what} is damaged: the chunk at [${offset.join(", ")}]${through} ${problem}`,
      cause === undefined ? {} : { cause },
    );
  }
}

/** The error for a dataset that cannot be read, or changed, because of its filters. */
export function unknownFilter(what: string, filters: readonly Filter[], advice = ""): FileStorageException {
  const names = filters.map(({ name }) => name).join(", ");
  return unjudged(
    new FileStorageException(
      `${what} is stored with the filter ${names}, which this package cannot undo; ${advice}write the file again without it (for example with h5repack -f GZIP=4)`,
    ),
  );
}
