import { bytesOf, type DataMap, type DataType } from "@tvb-storage/core/arrays";
import type { Datatype } from "../datatypes/datatype.js";
import { elementReader, isPlainCopy, type VlenText } from "../elements/decode.js";

/** Where the elements of a dataset go as they are read. */
export interface Sink {
  /** Bytes of an element in the file. */
  readonly elementSize: number;
  /** What an element costs, in bytes that could have been copied meanwhile. */
  readonly elementCost: number;
  /** The memory of `count` elements of the result from number `first` on, where they are there as in the file. */
  memory(first: number, count: number): Uint8Array | undefined;
  /**
   * Takes `count` elements whose first begins at byte `at` of `bytes`, one each
   * `step` bytes, as those of the result from number `target` on.
   */
  put(bytes: Uint8Array, at: number, step: number, count: number, target: number): void;
}

/** What of each element is read: all, or a field. */
export interface ElementPart {
  readonly type: Datatype;
  /** Where it begins in the element. */
  readonly offset: number;
}

/** Of an entry that is decoded, and not only copied. */
export const TEXT_COST = 512;
const NUMBER_COST = 16;

/** Puts elements, or a field of each, into the container of their type. */
export class ContainerSink implements Sink {
  readonly #part: ElementPart;
  /** The type of what an array type repeats, and how often. */
  readonly #base: Datatype;
  readonly #each: number;
  readonly #data: DataMap[DataType];
  readonly #text: VlenText;
  /** The container's bytes, where they are those of the file. */
  readonly #plain: Uint8Array | undefined;
  readonly #entriesEach: number;
  readonly elementCost: number;
  #reader: { readonly bytes: Uint8Array; readonly read: ReturnType<typeof elementReader> } | undefined;

  /** `entriesEach`: entries of the container for one element. */
  constructor(
    readonly elementSize: number,
    part: ElementPart,
    target: { readonly dtype: DataType; readonly data: DataMap[DataType]; readonly entriesEach: number },
    text: VlenText,
  ) {
    let base = part.type;
    while (base.class === "array") base = base.base;
    const { data, dtype } = target;
    this.#part = part;
    this.#base = base;
    this.#each = base.size === 0 ? 0 : part.type.size / base.size;
    this.#data = data;
    this.#text = text;
    this.#entriesEach = target.entriesEach;
    this.#plain = Array.isArray(data) || !isPlainCopy(base, dtype) ? undefined : bytesOf(data);
    const cost = Array.isArray(data) ? TEXT_COST : NUMBER_COST;
    this.elementCost =
      this.#plain === undefined ? Math.max(elementSize, cost * target.entriesEach) : elementSize;
  }

  memory(first: number, count: number): Uint8Array | undefined {
    const { size } = this.#part.type;
    if (size !== this.elementSize) return undefined;
    return this.#plain?.subarray(first * size, (first + count) * size);
  }

  put(bytes: Uint8Array, at: number, step: number, count: number, target: number): void {
    const { type, offset } = this.#part;
    const from = at + offset;
    if (this.#plain !== undefined) {
      copyElements(bytes, { from, step, size: type.size, count }, this.#plain, target * type.size);
      return;
    }
    // Making a reader costs more than many runs have elements.
    if (this.#reader?.bytes !== bytes)
      this.#reader = { bytes, read: elementReader(this.#base, bytes, this.#text) };
    const { read } = this.#reader;
    let entry = target * this.#entriesEach;
    for (let element = 0; element < count; element++) {
      for (let inner = 0; inner < this.#each; inner++) {
        entry = read(from + element * step + inner * this.#base.size, this.#data, entry);
      }
    }
  }
}

/** Takes elements as they are in the file. */
export class BytesSink implements Sink {
  readonly bytes: Uint8Array;

  constructor(
    readonly elementSize: number,
    count: number,
  ) {
    this.bytes = new Uint8Array(elementSize * count);
  }

  get elementCost(): number {
    return this.elementSize;
  }

  memory(first: number, count: number): Uint8Array {
    return this.bytes.subarray(first * this.elementSize, (first + count) * this.elementSize);
  }

  put(bytes: Uint8Array, at: number, step: number, count: number, target: number): void {
    const { elementSize: size } = this;
    copyElements(bytes, { from: at, step, size, count }, this.bytes, target * size);
  }
}

/** Above this, a call for each element is quicker than a loop. */
const SHORT_BYTES = 64;
/** Fewer elements than this are copied sooner than words are made ready. */
const FEW_ELEMENTS = 8;

function copyElements(
  bytes: Uint8Array,
  run: { readonly from: number; readonly step: number; readonly size: number; readonly count: number },
  result: Uint8Array,
  start: number,
): void {
  const { from, step, size, count } = run;
  if (step === size || count === 1) {
    result.set(bytes.subarray(from, from + count * size), start);
    return;
  }
  const isOfWords = (value: number): boolean => value % 4 === 0;
  if (
    count >= FEW_ELEMENTS &&
    [from + bytes.byteOffset, step, size, start + result.byteOffset].every(isOfWords)
  ) {
    copyWords(bytes, { from, step, size, count }, result, start);
    return;
  }
  let to = start;
  for (let element = 0, at = from; element < count; element++, at += step) {
    if (size > SHORT_BYTES) result.set(bytes.subarray(at, at + size), to);
    else for (let byte = 0; byte < size; byte++) result[to + byte] = bytes[at + byte] as number; // within the run
    to += size;
  }
}

/** As `copyElements`, by four bytes at a time. */
function copyWords(
  bytes: Uint8Array,
  run: { readonly from: number; readonly step: number; readonly size: number; readonly count: number },
  result: Uint8Array,
  start: number,
): void {
  const source = new Uint32Array(bytes.buffer, bytes.byteOffset + run.from, (bytes.length - run.from) >> 2);
  const size = run.size >> 2;
  const step = run.step >> 2;
  const target = new Uint32Array(result.buffer, result.byteOffset + start, run.count * size);
  if (size === 2) {
    for (let to = 0, at = 0; to < target.length; to += 2, at += step) {
      target[to] = source[at] as number; // within the run, as all that follow
      target[to + 1] = source[at + 1] as number;
    }
    return;
  }
  for (let element = 0, at = 0, to = 0; element < run.count; element++, at += step, to += size) {
    for (let word = 0; word < size; word++) target[to + word] = source[at + word] as number;
  }
}
