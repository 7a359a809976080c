import { elementCount, type NDArray } from "@tvb-storage/core/arrays";
import { FileStorageException } from "@tvb-storage/errors";
import { atOnce, LongCall } from "@tvb-storage/files/internal";
import { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import { type ChunkedLayout, chunkBytes, type StoredChunk } from "../chunks/chunk-index.js";
import { encodeLayout, type Layout } from "../chunks/layout-message.js";
import { type Box, boxCount, boxOf, runsOf } from "../data/box.js";
import { ChunkDecoder } from "../data/chunk-decoder.js";
import { TEXT_COST } from "../data/element-sink.js";
import { fillElement } from "../data/fill.js";
import { BLOCK_BYTES, type Step, Turns } from "../data/turns.js";
import type { Datatype } from "../datatypes/datatype.js";
import { mappedType } from "../datatypes/mapped-type.js";
import { ChunkArrayEditor } from "../edits/chunk-array-editor.js";
import { type ChunkIndexEditing, ChunkIndexEditor, type ChunkPlace } from "../edits/chunk-index-editor.js";
import { GlobalHeapEditor } from "../edits/global-heap-editor.js";
import { type EditedMessage, HeaderEditor } from "../edits/header-editor.js";
import { PlacedChunks } from "../edits/placed-chunks.js";
import { storesNumbers } from "../elements/encode.js";
import { canEncode, encodePipeline, encodePipelineNow } from "../filters/encode-pipeline.js";
import { DATASPACE, LAYOUT, SHARED_FLAG } from "../headers/message-type.js";
import { readObjectHeader } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import { type DatasetInfo, describeObject } from "../objects/object-info.js";
import { isScattered, stretches } from "./box-stretches.js";
import { type ChunkCell, chunkCells } from "./chunk-cells.js";
import { type ElementSource, elementSource } from "./element-source.js";
import { KeptChunks } from "./kept-chunks.js";

/** A chunk up to this is put together in memory. */
const ASSEMBLED_BYTES = 16 * 1024 * 1024;
/** Chunks that are coded at a time, and their bytes together, at most. */
const CHUNKS_AT_ONCE = 4;
const BYTES_AT_ONCE = 64 * 1024 * 1024;

export interface WriterOptions {
  /** The dataset was made just now, and nothing is stored in it. */
  readonly isNew?: boolean;
  /** Writes follow each other along an axis, so that a chunk that is not full will be written again. */
  readonly appends?: boolean;
}

interface Region {
  readonly offset: readonly number[];
  readonly shape: readonly number[];
}

/** A chunk that goes through filters, with the bytes that it is to have. */
interface Assembled {
  readonly cell: ChunkCell;
  readonly place: ChunkPlace | undefined;
  readonly bytes: Uint8Array;
}

/**
 * Writes elements of one dataset, and makes it longer. What it read of the dataset's header and index is kept, so it is
 * to be used only while nothing else changes them. Elements go to the file at once, the structures that lead to them at
 * `save`. HDF5 must not have the file open.
 */
export class DatasetWriter {
  readonly file: StructureFile;
  readonly #what: string;
  readonly #isNew: boolean;
  readonly #appends: boolean;
  readonly #header: HeaderEditor;
  readonly #heap: GlobalHeapEditor;
  #dataset: DatasetInfo;
  readonly #index: ChunkIndexEditing | undefined;
  readonly #decoder: ChunkDecoder | undefined;
  readonly #kept = new KeptChunks();
  /** What an element costs, in bytes that could have been written meanwhile. */
  readonly #elementCost: number;

  /**
   * @param what Names the dataset and its file in messages.
   * @returns undefined where only HDF5 writes it: for its layout, index, filters or type, or where the file keeps its
   *   free space in its own way.
   */
  static open(
    file: StructureFile,
    address: number,
    what: string,
    options: WriterOptions = {},
  ): DatasetWriter | undefined {
    if (!file.space.isOrdinary) return undefined;
    const dataset = describeObject(file, readObjectHeader(file, address));
    if (dataset.kind !== "dataset" || !isOrdinary(dataset)) return undefined;
    const header = HeaderEditor.open(file, address);
    const parts = [DATASPACE, LAYOUT].map((type) => header.find(type));
    if (parts.some((part) => part === undefined || (part.flags & SHARED_FLAG) !== 0)) return undefined;
    // Older layout messages have other fields.
    const version = header.find(LAYOUT)?.body[0] ?? 0;
    if (version < 3) return undefined;
    const { layout } = dataset;
    if (layout.class !== "chunked") return new DatasetWriter(file, dataset, header, what, options);
    const index = indexOf(file, layout, dataset);
    return index && new DatasetWriter(file, dataset, header, what, options, index);
  }

  private constructor(
    file: StructureFile,
    dataset: DatasetInfo,
    header: HeaderEditor,
    what: string,
    { isNew = false, appends = false }: WriterOptions,
    index?: ChunkIndexEditing,
  ) {
    this.#isNew = isNew;
    this.#appends = appends;
    this.file = file;
    this.#dataset = dataset;
    this.#header = header;
    this.#what = what;
    const { datatype } = dataset;
    this.#elementCost = isText(datatype) ? Math.max(datatype.size, TEXT_COST) : datatype.size;
    this.#heap = new GlobalHeapEditor(file);
    if (dataset.layout.class !== "chunked") return;
    this.#index = index;
    this.#decoder = new ChunkDecoder(file, dataset, dataset.layout, what);
  }

  /** Lengths now. */
  get shape(): readonly number[] {
    return this.#dataset.dataspace.shape;
  }

  /**
   * Writes an array, of the dtype that the dataset is read as, so that its first element is at `offset`. The call's
   * progress is in bytes of elements, and in texts.
   */
  async write(array: NDArray, offset: readonly number[], call: LongCall): Promise<void> {
    const region = { offset, shape: array.shape };
    const source = elementSource(array, this.#dataset.datatype, this.#heap, this.#what);
    const turns = new Turns(call, Array.isArray(array.data) ? 1 : this.#dataset.datatype.size);
    const waiting: { readonly chunk: Assembled; readonly coded: Promise<Uint8Array> }[] = [];
    const placeFirst = async (): Promise<void> => {
      const first = waiting.shift();
      if (first === undefined) return;
      this.#place(first.chunk, await first.coded);
      const pause = turns.did({ count: boxCount(first.chunk.cell.box), bytes: first.chunk.bytes.length });
      if (pause !== undefined) await pause;
    };
    try {
      for (const job of this.#jobs(region, source)) {
        if ("steps" in job) {
          for (const step of job.steps) {
            const pause = turns.did(step);
            if (pause !== undefined) await pause;
          }
          continue;
        }
        await this.#decodeKept(job.cell, turns);
        const chunk = this.#assemble(job.cell, source);
        const coded = encodePipeline(chunk.bytes, this.#dataset.filters);
        // Where an earlier one fails, this one is not awaited any more.
        coded.catch(() => undefined);
        waiting.push({ chunk, coded });
        if (waiting.length >= this.#atOnce) await placeFirst();
      }
      while (waiting.length > 0) await placeFirst();
    } finally {
      await Promise.allSettled(waiting.map(({ coded }) => coded));
    }
  }

  /**
   * As `write`, at once: for the end of the process.
   *
   * @throws FileStorageException a chunk that is written in part is damaged.
   */
  writeNow(array: NDArray, offset: readonly number[]): void {
    const region = { offset, shape: array.shape };
    const source = elementSource(array, this.#dataset.datatype, this.#heap, this.#what);
    for (const job of this.#jobs(region, source)) {
      if ("steps" in job) {
        atOnce(job.steps);
        continue;
      }
      const chunk = this.#assemble(job.cell, source);
      this.#place(chunk, encodePipelineNow(chunk.bytes, this.#dataset.filters));
    }
  }

  /**
   * Decodes what a write of `region` changes in part, and keeps it for that write: so it is known to be sound, and the
   * write need not wait.
   *
   * @throws FileStorageException a chunk is damaged.
   */
  async prepare(region: Region, call = new LongCall(`reading ${this.#what}`)): Promise<void> {
    const { layout, filters } = this.#dataset;
    if (layout.class !== "chunked" || filters.length === 0) return;
    const turns = new Turns(call, 1);
    for (const cell of chunkCells(region, layout.chunkShape, this.shape)) await this.#decodeKept(cell, turns);
  }

  /** Makes the dataset longer, or shorter where nothing was stored beyond. */
  resize(shape: readonly number[]): void {
    const message = this.#message(DATASPACE);
    const body = message.body.slice();
    const writer = new ByteWriter(body, body[0] === 1 ? 8 : 4);
    for (const length of shape) writer.uint(length, this.file.lengthSize);
    this.#header.replace(message, body);
    this.#dataset = { ...this.#dataset, dataspace: { ...this.#dataset.dataspace, shape } };
  }

  /** Writes the structures that lead to what was written. */
  save(): void {
    this.#heap.save();
    this.#index?.save();
    const { layout } = this.#dataset;
    const root = this.#index?.root;
    if (layout.class === "chunked" && layout.index.address !== root && root !== undefined) {
      const moved: ChunkedLayout = { ...layout, index: { kind: "btree-v1", address: root } };
      this.#header.replace(this.#message(LAYOUT), encodeLayout(moved, this.file));
      this.#dataset = { ...this.#dataset, layout: moved };
    }
    this.#header.save();
  }

  #message(type: number): EditedMessage {
    const message = this.#header.find(type);
    if (message === undefined)
      throw this.file.damage("object header", this.#header.address, `it lost its message of type ${type}`);
    return message;
  }

  /** What a write consists of, in order: steps that write at once, and chunks that go through filters. */
  *#jobs(
    region: Region,
    source: ElementSource,
  ): Generator<{ readonly steps: Iterable<Step> } | { readonly cell: ChunkCell }> {
    const { layout, filters, dataspace } = this.#dataset;
    if (elementCount(region.shape) === 0) return;
    if (layout.class !== "chunked") {
      const size = elementCount(this.shape) * this.#dataset.datatype.size;
      const address = addressOf(layout) ?? this.#allocate(size);
      if (!this.#isNew && address + size > this.file.limit)
        throw new FileStorageException(
          `${this.#what} is damaged: its ${size} bytes at address ${address} do not fit into the file, which ends at ${this.file.limit}`,
        );
      const ranges = region.offset.map((start, axis) => ({ start, step: 1, count: region.shape[axis] ?? 0 }));
      const box = boxOf(
        ranges,
        ranges.map(() => 0),
        dataspace.shape,
      );
      if (box !== undefined) yield { steps: this.#runSteps(address, box, source, !this.#isNew) };
      return;
    }
    for (const cell of chunkCells(region, layout.chunkShape, this.shape)) {
      if (filters.length > 0) yield { cell };
      else yield { steps: this.#unfilteredSteps(layout, cell, source) };
    }
  }

  /** Takes space for a contiguous dataset that has none, since nothing was written to it. */
  #allocate(size: number): number {
    const address = this.file.space.allocateZeros(size);
    const message = this.#message(LAYOUT);
    const body = message.body.slice();
    new ByteWriter(body, 2).uint(address, this.file.offsetSize); // behind version and class
    this.#header.replace(message, body);
    this.#dataset = { ...this.#dataset, layout: { class: "contiguous", address, size } };
    return address;
  }

  get #atOnce(): number {
    const size = this.#decoder?.size ?? 1;
    return Math.max(1, Math.min(CHUNKS_AT_ONCE, Math.floor(BYTES_AT_ONCE / size)));
  }

  /** Writes the elements of a box to where they are in a block of the file. `isStored`: others are there already. */
  *#runSteps(address: number, box: Box, source: ElementSource, isStored: boolean): Generator<Step> {
    const { size } = this.#dataset.datatype;
    const cost = this.#elementCost;
    const each = Math.max(1, Math.floor(BLOCK_BYTES / cost));
    for (const run of stretches(box)) {
      for (let done = 0; done < run.count; done += each) {
        const count = Math.min(each, run.count - done);
        const at = address + (run.source + done) * size;
        if (isStored) this.#freeTexts(() => this.file.bytes("dataset", at, count * size));
        this.file.write(at, source.bytes(run.target + done, count));
        yield { count, bytes: count * cost };
      }
    }
  }

  /** Writes one element all over a chunk. */
  *#fillSteps(address: number, size: number, fill: Uint8Array): Generator<Step> {
    const each = Math.max(1, Math.floor(BLOCK_BYTES / fill.length)) * fill.length;
    const block = repeated(fill, Math.min(each, size));
    for (let done = 0; done < size; done += block.length) {
      const bytes = Math.min(block.length, size - done);
      this.file.write(address + done, block.subarray(0, bytes));
      yield { count: 0, bytes };
    }
  }

  *#unfilteredSteps(layout: ChunkedLayout, cell: ChunkCell, source: ElementSource): Generator<Step> {
    const size = chunkBytes(layout);
    const place = this.#index?.find(cell.offset);
    if (place !== undefined) {
      if (place.size !== size) throw this.#wrong(cell, `has ${place.size} bytes, its shape needs ${size}`);
      this.file.check("chunk", place.address, size);
      if (!isScattered(cell.box, this.#dataset.datatype.size) || size > ASSEMBLED_BYTES) {
        yield* this.#runSteps(place.address, cell.box, source, true);
        return;
      }
      const bytes = this.file.bytes("chunk", place.address, size);
      this.#freeTexts(() => this.#taken(bytes, cell.box));
      this.#put(bytes, cell.box, source);
      this.file.write(place.address, bytes);
      yield { count: boxCount(cell.box), bytes: size };
      return;
    }
    const isFull = boxCount(cell.box) === elementCount(layout.chunkShape);
    const fill = fillElement(this.#dataset);
    let address: number;
    const isWhole = isFull && [...stretches(cell.box)].length === 1;
    const isScatter = isScattered(cell.box, this.#dataset.datatype.size);
    if (isWhole) {
      address = this.file.space.allocate(size);
      yield* this.#runSteps(address, cell.box, source, false);
    } else if (size > ASSEMBLED_BYTES || (!isFull && fill === undefined && !isScatter)) {
      address = isFull ? this.file.space.allocate(size) : this.file.space.allocateZeros(size);
      if (!isFull && fill !== undefined) yield* this.#fillSteps(address, size, fill);
      yield* this.#runSteps(address, cell.box, source, false);
    } else {
      const bytes = this.#empty();
      this.#put(bytes, cell.box, source);
      address = this.file.space.allocate(size);
      this.file.write(address, bytes);
      yield { count: boxCount(cell.box), bytes: size };
    }
    this.#index?.put(cell.offset, { address, size, filterMask: 0 });
  }

  /** The bytes that a chunk is to have: where it is written in part, over those that it has. */
  #assemble(cell: ChunkCell, source: ElementSource): Assembled {
    const place = this.#index?.find(cell.offset);
    const bytes = this.#kept.get(cell.offset) ?? this.#stored(cell, place) ?? this.#empty();
    this.#freeTexts(() => this.#taken(bytes, cell.box));
    this.#put(bytes, cell.box, source);
    if (!this.#appends || isFull(cell, this.#dataset.layout)) this.#kept.drop(cell.offset);
    else this.#kept.keep(cell.offset, bytes);
    return { cell, place, bytes };
  }

  /** The bytes of a chunk that is written in part and was too much to be kept: only where a write cannot wait. */
  #stored(cell: ChunkCell, place: ChunkPlace | undefined): Uint8Array | undefined {
    if (place === undefined || cell.isWhole) return undefined;
    const chunk = storedChunk(cell, place);
    return this.#decoder?.decodeNow(chunk, this.#decoder.filtersOf(chunk));
  }

  /** A chunk without elements of its own. */
  #empty(): Uint8Array {
    const size = this.#decoder?.size ?? 0;
    const fill = fillElement(this.#dataset);
    return fill === undefined ? new Uint8Array(size) : repeated(fill, size);
  }

  /** Puts the elements of a box into a chunk. */
  #put(bytes: Uint8Array, box: Box, source: ElementSource): void {
    const { size } = this.#dataset.datatype;
    for (const { source: at, step, target, count } of runsOf(box)) {
      const elements = source.bytes(target, count);
      if (step === 1) bytes.set(elements, at * size);
      else
        for (let index = 0; index < count; index += 1)
          bytes.set(elements.subarray(index * size, (index + 1) * size), (at + index * step) * size);
    }
  }

  /** The elements of a chunk that are in a box, one after the other. */
  #taken(bytes: Uint8Array, box: Box): Uint8Array {
    const { size } = this.#dataset.datatype;
    const taken = new Uint8Array(boxCount(box) * size);
    let end = 0;
    for (const { source: at, count } of stretches(box)) {
      taken.set(bytes.subarray(at * size, (at + count) * size), end);
      end += count * size;
    }
    return taken;
  }

  /** Decodes a chunk that is written in part, and keeps it. */
  async #decodeKept(cell: ChunkCell, turns: Turns): Promise<void> {
    if (cell.isWhole || this.#decoder === undefined || this.#kept.get(cell.offset) !== undefined) return;
    const place = this.#index?.find(cell.offset);
    if (place === undefined) return;
    const chunk = storedChunk(cell, place);
    const bytes = await this.#decoder.decode(chunk, this.#decoder.filtersOf(chunk), turns, true);
    this.#kept.keep(cell.offset, bytes.slice());
  }

  /** Writes a coded chunk where it was, if it fits there, or elsewhere. */
  #place({ cell, place }: Assembled, coded: Uint8Array): void {
    const { space } = this.file;
    const size = coded.length;
    let address: number;
    if (place !== undefined && size <= place.size) {
      ({ address } = place);
      space.release([{ address: address + size, size: place.size - size }]);
    } else {
      if (place !== undefined) space.release([place]);
      address = space.allocate(size);
    }
    this.file.write(address, coded);
    this.#decoder?.forget();
    this.#index?.put(cell.offset, { address, size, filterMask: 0 });
  }

  /** Texts of variable length that are overwritten leave the global heap. `read`: the elements as they are now. */
  #freeTexts(read: () => Uint8Array): void {
    const { datatype } = this.#dataset;
    if (datatype.class !== "vlen-string") return;
    const bytes = read();
    const reader = new ByteReader(bytes, this.file, "element of variable length", this.#header.address);
    for (let at = 0; at + datatype.size <= bytes.length; at += datatype.size) {
      reader.position = at + 4;
      const collection = reader.fileAddress() ?? 0;
      const index = reader.u32();
      if (collection === 0 || index === 0) continue;
      this.#heap.prefer(collection);
      this.#heap.remove({ collection, index });
    }
  }

  #wrong({ offset }: ChunkCell, problem: string): FileStorageException {
    return new FileStorageException(
      `${this.#what} is damaged: the chunk at [${offset.join(", ")}] ${problem}`,
    );
  }
}

/** Whether its elements are written here. */
function isOrdinary(dataset: DatasetInfo): boolean {
  const { layout, filters, datatype, dataspace, fillValue } = dataset;
  if (dataset.hasExternalFiles || dataspace.kind === "null") return false;
  if (isText(datatype) ? datatype.class === "array" : !storesNumbers(datatype)) return false;
  // A fill value of variable length is in the heap, once for all.
  if (datatype.class === "vlen-string" && fillValue.kind === "defined") return false;
  const needed = elementCount(dataspace.shape) * datatype.size;
  if (layout.class === "contiguous" && layout.address === undefined)
    return needed === 0 || fillElement(dataset) === undefined;
  if (layout.class === "contiguous") return (layout.size ?? needed) >= needed;
  if (layout.class !== "chunked" || layout.filtersSkipEdges) return false;
  const fits = layout.chunkShape.length === dataspace.shape.length && layout.elementSize === datatype.size;
  return fits && canEncode(filters) && (filters.length === 0 || chunkBytes(layout) <= ASSEMBLED_BYTES);
}

function isText(datatype: Datatype): boolean {
  return mappedType(datatype)?.dtype === "string";
}

/** Undefined where the index is not changed here. */
function indexOf(
  file: StructureFile,
  layout: ChunkedLayout,
  { dataspace, filters }: DatasetInfo,
): ChunkIndexEditing | undefined {
  const { kind, address } = layout.index;
  if (kind === "btree-v1") return new ChunkIndexEditor(file, layout);
  const isPlaced = (kind === "single" || kind === "implicit") && filters.length === 0;
  if (isPlaced && address !== undefined) return new PlacedChunks(file, layout, dataspace, address);
  return ChunkArrayEditor.open(file, layout, dataspace);
}

/** An element as often as it fits into `size` bytes, which are a multiple of its. */
function repeated(element: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += element.length) bytes.set(element, at);
  return bytes;
}

function storedChunk({ offset }: ChunkCell, place: ChunkPlace): StoredChunk {
  return { part: "chunk", offset, ...place };
}

function addressOf(layout: Layout): number | undefined {
  return layout.class === "contiguous" ? layout.address : undefined;
}

function isFull({ box }: ChunkCell, layout: Layout): boolean {
  return layout.class === "chunked" && boxCount(box) === elementCount(layout.chunkShape);
}
