import { type AxisRange, elementCount } from "@tvb-storage/core/arrays";
import { FileStorageException } from "@tvb-storage/errors";
import { atOnce, FetchedPort, LongCall } from "@tvb-storage/files/internal";
import { ChunkLookup } from "../chunks/chunk-lookup.js";
import type { FilterDecoders } from "../filters/filter.js";
import type { StructureFile } from "../headers/structure-file.js";
import type { DatasetInfo } from "../objects/object-info.js";
import { type Box, boxCount, boxOf, boxSpan, boxStart, halves, innerBoxes, runsOf } from "./box.js";
import { ChunkDecoder, unknownFilter } from "./chunk-decoder.js";
import type { Sink } from "./element-sink.js";
import { fetchBatches, MAX_GAP_BYTES } from "./fetch-batches.js";
import { fillElement } from "./fill.js";
import { type FilteredPiece, isLongWork, type Piece, placeOf, quickPieces, withOnly } from "./piece.js";
import { BLOCK_BYTES, type Step, Turns } from "./turns.js";

/** What a call of the file system costs, in bytes that it could have read. */
const CALL_BYTES = 4096;
/** Work up to this is done without waiting. */
const NOW_BYTES = 16 * 1024 * 1024;
/** Parts that are joined make reads of up to this: so long that the call costs little, so short that caches of the processor hold it. */
const JOINED_BYTES = 512 * 1024;
/** Reads that other threads make at a time, and the shortest one that is worth it. */
const READS_AT_ONCE = 4;
const ELSEWHERE_BYTES = 512 * 1024;
/** Memory for reads, which is used again, has at least this. */
const SCRATCH_BYTES = 64 * 1024;
/** The filters that HDF5 has of its own: gzip, shuffle, fletcher32, szip, nbit, scale-offset. */
const HDF5_FILTERS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6]);

/** What other threads did of a piece: its bytes without filters, or all of it. */
type Ready = Uint8Array | Step;

/**
 * Reads the elements of one dataset of any layout from the bytes of its file. Made for one state of
 * the file. What was never stored is left as it is in the result, or filled with the dataset's fill
 * value.
 *
 * All methods throw a FileStorageException that names the dataset and what is
 * wrong where the file is damaged, or a filter is not known.
 */
export class DatasetReader {
  readonly #file: StructureFile;
  readonly #dataset: DatasetInfo;
  readonly #what: string;
  #scratch: Uint8Array | undefined;
  readonly #chunks: { readonly lookup: ChunkLookup; readonly decoder: ChunkDecoder } | undefined;

  /** `what` names the dataset and its file in messages; `decoders` are the caller's. */
  constructor(
    file: StructureFile,
    dataset: DatasetInfo,
    what: string,
    readonly decoders: FilterDecoders = {},
  ) {
    const { layout, dataspace } = dataset;
    this.#file = file;
    this.#dataset = dataset;
    this.#what = what;
    if (layout.class !== "chunked") return;
    this.#chunks = {
      lookup: new ChunkLookup(file, layout, dataspace),
      decoder: new ChunkDecoder(file, dataset, layout, what, decoders),
    };
  }

  /**
   * Reads a few elements without waiting. False where that would take long, or
   * chunks have to be decoded; the result is then to be read again by `read`.
   */
  readNow(ranges: readonly AxisRange[], sink: Sink): boolean {
    let bytes = ranges.reduce((count, range) => count * range.count, sink.elementCost);
    const pieces: { readonly piece: Piece; readonly known: Uint8Array | undefined }[] = [];
    for (const piece of this.#pieces(ranges)) {
      const known = piece.kind === "filtered" ? this.#chunks?.decoder.known(piece.chunk) : undefined;
      if (piece.kind === "filtered" && known === undefined) return false;
      bytes += boxSpan(piece.box) * sink.elementSize;
      if (bytes > NOW_BYTES) return false;
      pieces.push({ piece, known });
    }
    atOnce(this.#fillSteps(ranges, sink));
    for (const { piece, known } of pieces) atOnce(this.#steps(piece, known, sink));
    return true;
  }

  /** Reads the elements of a selection, one range an axis. Progress is in bytes of elements in the file. */
  async read(ranges: readonly AxisRange[], sink: Sink, call = this.#reading()): Promise<void> {
    const turns = this.#turns(call);
    for (const { bytes } of this.#fillSteps(ranges, sink)) await turns.did({ count: 0, bytes });
    await this.#readStored(ranges, sink, turns);
  }

  /** Hands a sink all elements that are stored; nothing of what never was. */
  async readStored(sink: Sink, call = this.#reading()): Promise<void> {
    const ranges = this.#dataset.dataspace.shape.map((count) => ({ start: 0, step: 1, count }));
    await this.#readStored(ranges, sink, this.#turns(call));
  }

  #reading(): LongCall {
    return new LongCall(`reading ${this.#what}`);
  }

  #turns(call: LongCall): Turns {
    return new Turns(call, this.#dataset.datatype.size);
  }

  /**
   * Looks at the chunks of which a write of `ranges` changes only a part: HDF5
   * decodes them without a look at their length, and writes what it has then.
   * Those that are written whole it does not read, unless `wholeChunks` is false.
   */
  async checkBeforeWrite(
    ranges: readonly AxisRange[],
    options: { readonly call?: LongCall; readonly wholeChunks?: boolean } = {},
  ): Promise<void> {
    const { layout, filters } = this.#dataset;
    if (layout.class !== "chunked") return;
    const required = filters.filter(({ id, optional }) => !optional && !HDF5_FILTERS.has(id));
    if (required.length > 0) throw unknownFilter(this.#what, required);
    const turns = this.#turns(options.call ?? this.#reading());
    const elements = elementCount(layout.chunkShape);
    for (const piece of this.#pieces(ranges)) {
      if (piece.kind !== "filtered") continue;
      if (options.wholeChunks !== false && boxCount(piece.box) === elements) continue;
      const foreign = piece.filters.filter(({ id }) => !HDF5_FILTERS.has(id));
      if (foreign.length > 0) throw unknownFilter(this.#what, foreign);
      await this.#decode(piece, turns, true);
    }
  }

  async #readStored(ranges: readonly AxisRange[], sink: Sink, turns: Turns): Promise<void> {
    const { port } = this.#file;
    if (port instanceof FetchedPort) {
      await this.#readFetched(port, ranges, sink, turns);
      return;
    }
    for await (const { piece, ready } of this.#readyPieces(this.#parts(ranges, sink), sink, turns)) {
      for (const step of this.#steps(piece, ready, sink)) {
        const pause = turns.did(step);
        if (pause !== undefined) await pause;
      }
    }
  }

  /** The pieces; long ones that go into the result as they are in parts, of which several are read at a time. */
  *#parts(ranges: readonly AxisRange[], sink: Sink): Generator<Piece> {
    for (const piece of this.#pieces(ranges)) {
      if (isLongWork(piece.box, sink) && placeOf(piece, sink) !== undefined) yield* quickPieces(piece, sink);
      else yield piece;
    }
  }

  /** The same on an asynchronous port: while some pieces are decoded, the next ones are fetched. */
  async #readFetched(
    port: FetchedPort,
    ranges: readonly AxisRange[],
    sink: Sink,
    turns: Turns,
  ): Promise<void> {
    const pieces = await turns.call.orCancelled(port.step(() => [...this.#pieces(ranges)]));
    const batches = fetchBatches(pieces, this.#dataset.datatype.size);
    const begin = () => {
      const { value: batch } = batches.next();
      return batch === undefined ? undefined : { pieces: batch.pieces, ...port.fetch(batch.ranges) };
    };
    let now = begin();
    let next: typeof now;
    try {
      for (; now !== undefined; now = next) {
        next = begin();
        await turns.call.orCancelled(now.fetched);
        for await (const { piece, ready } of this.#readyPieces(now.pieces, sink, turns)) {
          for (const part of quickPieces(piece, sink)) {
            // Texts are elsewhere in the file.
            const steps = await turns.call.orCancelled(port.step(() => [...this.#steps(part, ready, sink)]));
            for (const step of steps) {
              const pause = turns.did(step);
              if (pause !== undefined) await pause;
            }
          }
        }
        now.release();
      }
    } finally {
      now?.release();
      next?.release();
    }
  }

  /** The pieces in their order; for some, other threads have the long part of the work done ahead of their turn. */
  async *#readyPieces(
    pieces: Iterable<Piece>,
    sink: Sink,
    turns: Turns,
  ): AsyncGenerator<{ readonly piece: Piece; readonly ready: Ready | undefined }> {
    const waiting: { readonly piece: Piece; readonly work: Promise<Ready> | undefined }[] = [];
    const isFiltered = this.#dataset.filters.length > 0;
    const most = (isFiltered ? this.#chunks?.decoder.atOnce : undefined) ?? READS_AT_ONCE;
    try {
      for (const { piece, isOnly } of withOnly(pieces)) {
        const work = this.#begin(piece, isOnly, sink, turns);
        // Where an earlier one fails, this one's failure is not said.
        work?.catch(() => undefined);
        waiting.push({ piece, work });
        if (waiting.length < most) continue;
        const [first] = waiting;
        if (first !== undefined) yield { piece: first.piece, ready: await first.work };
        waiting.shift();
      }
      for (const { piece, work } of waiting) yield { piece, ready: await work };
    } finally {
      // Nothing is written to the result, or read from the file, once the call has ended.
      await Promise.allSettled(waiting.map(({ work }) => work));
    }
  }

  /** Begins with what other threads do of a piece; undefined where they do nothing. */
  #begin(piece: Piece, isOnly: boolean, sink: Sink, turns: Turns): Promise<Ready> | undefined {
    if (piece.kind === "filtered") return this.#decode(piece, turns, isOnly);
    const count = boxCount(piece.box);
    if (isOnly || count * sink.elementSize < ELSEWHERE_BYTES) return undefined;
    const place = placeOf(piece, sink);
    if (place === undefined) return undefined;
    const { memory, position } = place;
    return this.#file
      .fillElsewhere(memory, position, this.#what)
      ?.then(() => ({ count, bytes: memory.length }));
  }

  /** `isOnly`: nothing else is decoded meanwhile. */
  async #decode({ chunk, filters }: FilteredPiece, turns: Turns, isOnly: boolean): Promise<Uint8Array> {
    if (this.#chunks === undefined) throw this.#wrong("has chunks and no chunked layout");
    return this.#chunks.decoder.decode(chunk, filters, turns, isOnly);
  }

  /** Puts the fill value where elements may not be stored. */
  *#fillSteps(ranges: readonly AxisRange[], sink: Sink): Generator<Step> {
    const { layout } = this.#dataset;
    if (layout.class === "compact" || (layout.class === "contiguous" && layout.address !== undefined)) return;
    const element = fillElement(this.#dataset);
    if (element === undefined) return;
    const count = ranges.reduce((product, range) => product * range.count, 1);
    const each = Math.max(1, Math.floor(BLOCK_BYTES / element.length));
    for (let target = 0; target < count; target += each) {
      const length = Math.min(each, count - target);
      sink.put(element, 0, 0, length, target);
      yield { count: length, bytes: length * element.length };
    }
  }

  /** What is stored of a selection. */
  *#pieces(ranges: readonly AxisRange[]): Generator<Piece> {
    const { layout, dataspace, datatype } = this.#dataset;
    if (ranges.some(({ count }) => count === 0)) return;
    if (layout.class === "virtual" || this.#dataset.hasExternalFiles) {
      throw new FileStorageException(`${this.#what} has its data in other files`);
    }
    if (layout.class === "chunked") {
      const { chunkShape, elementSize } = layout;
      if (chunkShape.length !== dataspace.shape.length)
        throw this.#wrong(`has ${dataspace.shape.length} axes, its chunks ${chunkShape.length}`);
      if (elementSize !== datatype.size)
        throw this.#wrong(`has elements of ${datatype.size} bytes, its chunks of ${elementSize}`);
      yield* this.#chunkPieces(ranges, chunkShape);
      return;
    }
    const origin = ranges.map(() => 0);
    const box = boxOf(ranges, origin, dataspace.shape);
    if (box === undefined) return;
    const needed = elementCount(dataspace.shape) * datatype.size;
    if (layout.class === "compact") {
      const { data } = layout;
      if (data.length < needed) throw this.#wrong(`needs ${needed} bytes and has ${data.length}`);
      yield { kind: "memory", bytes: data, box };
    } else if (layout.address !== undefined) {
      if (layout.size !== undefined && layout.size < needed)
        throw this.#wrong(`needs ${needed} bytes and has space for ${layout.size}`);
      yield { kind: "file", position: this.#file.positionOf(layout.address), box };
    }
  }

  *#chunkPieces(ranges: readonly AxisRange[], chunkShape: readonly number[]): Generator<Piece> {
    if (this.#chunks === undefined) return;
    const { lookup, decoder } = this.#chunks;
    const first = ranges.map(({ start }) => start);
    const last = ranges.map(({ start, step, count }) => start + (count - 1) * step);
    for (const chunk of lookup.within(first, last)) {
      const box = boxOf(ranges, chunk.offset, chunkShape);
      if (box === undefined) continue;
      const filters = decoder.filtersOf(chunk);
      decoder.checkSize(chunk, filters);
      const position = this.#file.positionOf(chunk.address);
      if (filters.length > 0) yield { kind: "filtered", chunk, filters, box, position };
      else yield { kind: "file", position, box };
    }
  }

  #wrong(problem: string): FileStorageException {
    return new FileStorageException(`${this.#what} is damaged: it ${problem}`);
  }

  /** Reads a piece in steps of at most a block. */
  *#steps(piece: Piece, ready: Ready | undefined, sink: Sink): Generator<Step> {
    if (ready instanceof Uint8Array) yield* memorySteps(ready, piece.box, sink);
    else if (ready !== undefined) yield ready;
    else if (piece.kind === "memory") yield* memorySteps(piece.bytes, piece.box, sink);
    else if (piece.kind === "file") yield* this.#fileSteps(piece.position, piece.box, sink);
  }

  /** Memory that begins with bytes of the file, good until the next call. */
  #readPart(position: number, length: number): Uint8Array {
    if (this.#scratch === undefined || this.#scratch.length < length) {
      this.#file.check("data", position - this.#file.positionOf(0), length);
      this.#scratch = new Uint8Array(Math.max(length, SCRATCH_BYTES));
    }
    this.#file.fill(this.#scratch.subarray(0, length), position, this.#what);
    return this.#scratch;
  }

  /** Reads a box of a block that lies in the file at a position. */
  *#fileSteps(position: number, box: Box, sink: Sink): Generator<Step> {
    const { elementSize } = sink;
    const count = boxCount(box);
    const place = placeOf({ kind: "file", position, box }, sink);
    if (place !== undefined) {
      const { memory, position: start } = place;
      for (let at = 0; at < memory.length; at += BLOCK_BYTES) {
        const part = memory.subarray(at, at + BLOCK_BYTES);
        this.#file.fill(part, start + at, this.#what);
        yield { count: part.length / elementSize, bytes: part.length };
      }
      return;
    }
    const { inner, outer } = innerBoxes(box, MAX_GAP_BYTES / elementSize);
    const bytes = boxSpan(inner) * elementSize;
    if (bytes > JOINED_BYTES && count > 1) {
      for (const half of halves(box)) yield* this.#fileSteps(position, half, sink);
      return;
    }
    const each = boxCount(inner);
    const start = boxStart(inner);
    const innerRuns = [...runsOf(inner)];
    let done = { count: 0, bytes: 0 };
    for (const origin of runsOf(outer)) {
      for (let at = 0; at < origin.count; at++) {
        const source = origin.source + at * origin.step;
        const buffer = this.#readPart(position + (source + start) * elementSize, bytes);
        for (const run of innerRuns) {
          const from = (run.source - start) * elementSize;
          sink.put(buffer, from, run.step * elementSize, run.count, origin.target + at + run.target);
        }
        done.count += each;
        done.bytes += Math.max(bytes, CALL_BYTES, each * sink.elementCost);
        if (done.bytes < BLOCK_BYTES) continue;
        yield done;
        done = { count: 0, bytes: 0 };
      }
    }
    yield done;
  }
}

/** Puts a box of a block in memory, in steps of at most a block. */
function* memorySteps(bytes: Uint8Array, box: Box, sink: Sink): Generator<Step> {
  const { elementSize } = sink;
  const count = boxCount(box);
  if (isLongWork(box, sink)) {
    for (const half of halves(box)) yield* memorySteps(bytes, half, sink);
    return;
  }
  for (const { source, step, count: length, target } of runsOf(box)) {
    sink.put(bytes, source * elementSize, step * elementSize, length, target);
  }
  yield { count, bytes: count * sink.elementCost };
}
