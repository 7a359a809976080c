import { BitReader } from "./bit-reader.js";
import { allocateBytes, type FilterDecoder, FilterError } from "./filter.js";

// HDF5's filter 5 (H5Znbit.c): of each number only the bits that count.

const ATOMIC = 1;
const ARRAY = 2;
const COMPOUND = 3;
const AS_IT_IS = 4;
const MAX_LEVELS = 32;
const ELEMENTS_PER_PAUSE = 65536;

/** Puts one element of a type at a position of the result. */
type Put = (reader: BitReader, result: Uint8Array, at: number) => void;

interface Part {
  readonly size: number;
  readonly put: Put;
}

/** The parameters of a type, in the order of the filter's. */
class Parameters {
  #at = 3;

  constructor(readonly values: readonly number[]) {}

  next(): number {
    const value = this.values[this.#at++];
    if (value === undefined) throw new FilterError("has an nbit filter whose parameters end too early");
    return value;
  }

  part(level = 0): Part {
    if (level > MAX_LEVELS) throw new FilterError("has an nbit filter for types within types without end");
    const kind = this.next();
    const size = this.next();
    switch (kind) {
      case ATOMIC:
        return this.#atomic(size);
      case ARRAY: {
        const base = this.part(level + 1);
        return {
          size,
          put: (reader, result, at) => {
            for (let inner = 0; inner + base.size <= size; inner += Math.max(1, base.size))
              base.put(reader, result, at + inner);
          },
        };
      }
      case COMPOUND: {
        const count = this.next();
        const members: { readonly offset: number; readonly part: Part }[] = [];
        for (let member = 0; member < count; member++)
          members.push({ offset: this.next(), part: this.part(level + 1) });
        return {
          size,
          put: (reader, result, at) => {
            for (const { offset, part } of members) part.put(reader, result, at + offset);
          },
        };
      }
      case AS_IT_IS:
        return {
          size,
          put: (reader, result, at) => {
            for (let byte = 0; byte < size; byte++) result[at + byte] = reader.read(8);
          },
        };
      default:
        throw new FilterError(`has an nbit filter for a type of kind ${kind}`);
    }
  }

  /** A number: its bits from the highest that counts on, which begin and end within bytes. */
  #atomic(size: number): Part {
    const bigEndian = this.next() === 1;
    const precision = this.next();
    const offset = this.next();
    if (precision === 0 || precision + offset > size * 8)
      throw new FilterError(`has an nbit filter for ${precision} bits at ${offset} of ${size} bytes`);
    const first = Math.floor((precision + offset - 1) / 8);
    const last = Math.floor(offset / 8);
    return {
      size,
      put: (reader, result, at) => {
        for (let byte = first; byte >= last; byte--) {
          // The bits of this byte that count, from `low` up to before `high`.
          const low = byte === last ? offset - 8 * byte : 0;
          const high = byte === first ? precision + offset - 8 * byte : 8;
          const value = reader.read(high - low) << low;
          result[at + (bigEndian ? size - 1 - byte : byte)] = value;
        }
      },
    };
  }
}

export const decodeNbit: FilterDecoder = async (bytes, { clientData, limit, pause }) => {
  const [, needsNone = 0, count = 0] = clientData;
  if (needsNone !== 0) return bytes;
  const { size, put } = new Parameters(clientData).part();
  if (count * size > limit) throw new FilterError(`says to have ${count} elements of ${size} bytes`);
  const result = allocateBytes(count * size);
  const reader = new BitReader(bytes, 0);
  for (let index = 0; index < count; index++) {
    if (index > 0 && index % ELEMENTS_PER_PAUSE === 0) await pause();
    put(reader, result, index * size);
  }
  return result;
};
