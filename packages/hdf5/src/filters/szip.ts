import { BitReader } from "./bit-reader.js";
import { allocateBytes, type FilterDecoder, FilterError, PAUSE_BYTES } from "./filter.js";

// HDF5's filter 4: the adaptive Rice coder of CCSDS 121.0-B, as libaec has it under the interface of szip.

const BIG_ENDIAN_OPTION = 16;
/** Samples are stored as differences from what came before. */
const NEAREST_NEIGHBOUR_OPTION = 32;
const LENGTH_BYTES = 4;
/** szip's own bounds. */
const MAX_BLOCK = 32;
const MAX_BLOCKS_PER_LINE = 4096;
/** A run of zero blocks takes at least so many bits, and ends at a multiple of so many blocks. */
const LEAST_BITS_PER_RUN = 5;
const MAX_ZERO_BLOCKS = 64;
/** This number of zero blocks means "up to the end". */
const REST_OF_SEGMENT = 5;
/** Sums of pairs beyond this are not coded as pairs. */
const MAX_PAIR_SUM = 12;

interface Coding {
  readonly block: number;
  readonly bits: number;
  readonly isDifferences: boolean;
}

/** Decodes a stream line by line: of each the samples, padded to whole blocks. */
class RiceDecoder {
  readonly #reader: BitReader;
  readonly #coding: Coding;
  readonly #idBits: number;
  /** Of the line that was decoded last. */
  readonly samples: Uint32Array;

  constructor(bytes: Uint8Array, coding: Coding, blocksPerLine: number) {
    this.#reader = new BitReader(bytes, LENGTH_BYTES);
    this.#coding = coding;
    this.#idBits = coding.bits > 16 ? 5 : coding.bits > 8 ? 4 : 3;
    this.samples = new Uint32Array(blocksPerLine * coding.block);
  }

  /** Decodes the first `count` samples of the next line. */
  nextLine(count: number): void {
    for (let at = 0; at < count; ) at += this.#nextBlocks(at);
    if (this.#coding.isDifferences) this.#undoDifferences(count);
  }

  /** Decodes a block, or a run of those that are zero; how many samples it has. */
  #nextBlocks(at: number): number {
    const { block, bits, isDifferences } = this.#coding;
    const reader = this.#reader;
    const { samples } = this;
    const id = reader.read(this.#idBits);
    if (id === 2 ** this.#idBits - 1) {
      for (let sample = at; sample < at + block; sample++) samples[sample] = reader.read(bits);
      return block;
    }
    const isPairs = id === 0 && reader.read(1) === 1;
    // The first sample of a line is not a difference.
    let next = at;
    if (isDifferences && at === 0) samples[next++] = reader.read(bits);
    if (id === 0) return isPairs ? this.#pairs(at, next) : this.#zeroBlocks(at, next);
    const end = at + block;
    const low = id - 1;
    for (let sample = next; sample < end; sample++) samples[sample] = reader.zeros() << low;
    for (let sample = next; sample < end; sample++)
      samples[sample] = (samples[sample] as number) + reader.read(low); // within the line
    return block;
  }

  /** Two samples by one number, which counts all pairs in the order of their sums. */
  #pairs(at: number, first: number): number {
    const end = at + this.#coding.block;
    for (let sample = first; sample < end; ) {
      const number = this.#reader.zeros();
      const sum = Math.floor((Math.sqrt(8 * number + 1) - 1) / 2);
      if (sum > MAX_PAIR_SUM) throw new FilterError("has a number in its szip stream that has no meaning");
      const second = number - (sum * (sum + 1)) / 2;
      if (sample % 2 === 0) this.samples[sample++] = sum - second;
      this.samples[sample++] = second;
    }
    return this.#coding.block;
  }

  #zeroBlocks(at: number, first: number): number {
    const { block } = this.#coding;
    const before = at / block;
    const left = this.samples.length / block - before;
    const said = this.#reader.zeros() + 1;
    const rest = Math.min(left, MAX_ZERO_BLOCKS - (before % MAX_ZERO_BLOCKS));
    const count = said < REST_OF_SEGMENT ? said : said === REST_OF_SEGMENT ? rest : said - 1;
    if (count > left) throw new FilterError("has more empty blocks in its szip stream than a line has");
    this.samples.fill(0, first, at + count * block);
    return count * block;
  }

  /** A difference is a fold of the signed one, as far as both signs are possible. */
  #undoDifferences(count: number): void {
    const { samples } = this;
    // Whole numbers of 32 bits throughout: with others this loop takes five times as long.
    const maxValue = (1 << this.#coding.bits) - 1;
    const middle = 1 << (this.#coding.bits - 1);
    let value = (samples[0] ?? 0) | 0;
    for (let at = 1; at < count; at++) {
      const folded = (samples[at] as number) | 0; // within the line
      if (folded < 0 || folded > maxValue)
        throw new FilterError("has a difference in its szip stream that leads out of the numbers");
      const half = (folded + 1) >> 1;
      if (value >= middle) {
        if (half > maxValue - value) value = maxValue - folded;
        else value += (folded & 1) === 0 ? half : -half;
      } else if (half > value) value = folded;
      else value += (folded & 1) === 0 ? half : -half;
      samples[at] = value;
    }
  }
}

/** HDF5's filter 4. The stream follows the length of what it decodes to. */
export const decodeSzip: FilterDecoder = async (bytes, { clientData, limit, pause }) => {
  const [options = 0, block = 0, pixelBits = 0, lineLength = 0] = clientData;
  // Numbers of 32 and 64 bits are stored as all their first bytes, then all their second ones, ...
  const planes = pixelBits === 32 || pixelBits === 64 ? pixelBits / 8 : 1;
  const bits = planes > 1 ? 8 : pixelBits;
  const blocksPerLine = Math.ceil(lineLength / block);
  const isKnown =
    bits >= 1 && bits <= 24 && block >= 2 && block <= MAX_BLOCK && block % 2 === 0 && lineLength > 0;
  if (!isKnown || blocksPerLine > MAX_BLOCKS_PER_LINE)
    throw new FilterError(
      `has an szip filter for ${lineLength} numbers of ${pixelBits} bits in blocks of ${block}`,
    );
  const length = statedLength(bytes);
  if (length > limit) throw new FilterError(`says to have ${length} bytes behind szip, more than ${limit}`);
  const size = bits > 16 ? 4 : bits > 8 ? 2 : 1;
  const count = Math.floor(length / size);
  // No more memory is allocated than the stream can fill, also where it states more.
  const maxCount = Math.ceil((bytes.length * 8) / LEAST_BITS_PER_RUN) * MAX_ZERO_BLOCKS * block;
  if (count > maxCount)
    throw new FilterError(`has an szip stream too short for the ${length} bytes that it says`);
  const coding = { block, bits, isDifferences: (options & NEAREST_NEIGHBOUR_OPTION) !== 0 };
  const decoder = new RiceDecoder(bytes, coding, blocksPerLine);
  const result = allocateBytes(length);
  const bigEndian = (options & BIG_ENDIAN_OPTION) !== 0;
  const perPlane = planes > 1 ? Math.floor(count / planes) : count;
  let nextPause = PAUSE_BYTES;
  for (let done = 0; done < count; done += lineLength) {
    if (done * size >= nextPause) {
      nextPause += PAUSE_BYTES;
      await pause();
    }
    const inLine = Math.min(lineLength, count - done);
    decoder.nextLine(inLine);
    const { samples } = decoder;
    if (planes > 1) putPlanes(samples, result, { done, inLine, planes, perPlane });
    else putSamples(samples, result, { done, inLine, size, bigEndian });
  }
  return result;
};

function statedLength(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES)
    throw new FilterError(`has ${bytes.length} bytes, fewer than the length in front of szip`);
  return new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getUint32(0, true);
}

function putSamples(
  samples: Uint32Array,
  result: Uint8Array,
  line: {
    readonly done: number;
    readonly inLine: number;
    readonly size: number;
    readonly bigEndian: boolean;
  },
): void {
  const { done, inLine, size, bigEndian } = line;
  let to = done * size;
  for (let at = 0; at < inLine; at++) {
    const value = samples[at] as number; // within the line
    for (let byte = 0; byte < size; byte++)
      result[to++] = value >>> (8 * (bigEndian ? size - 1 - byte : byte));
  }
}

function putPlanes(
  samples: Uint32Array,
  result: Uint8Array,
  line: {
    readonly done: number;
    readonly inLine: number;
    readonly planes: number;
    readonly perPlane: number;
  },
): void {
  const { done, inLine, planes, perPlane } = line;
  for (let at = 0; at < inLine; ) {
    const plane = Math.floor((done + at) / perPlane);
    // Bytes that are no whole number have no plane.
    if (plane >= planes) return;
    const end = Math.min(inLine, (plane + 1) * perPlane - done);
    let to = (done + at - plane * perPlane) * planes + plane;
    for (; at < end; at++, to += planes) result[to] = samples[at] as number; // within the line
  }
}
