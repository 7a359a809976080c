import { BitReader } from "./bit-reader.js";
import { allocateBytes, type FilterDecoder, FilterError } from "./filter.js";

// HDF5's filter 6 (H5Zscaleoffset.c): elements less their minimum, in as few bits as the largest difference needs.

const FLOAT_CLASS = 1;
const DECIMAL_SCALE = 0;
/** Before the bits: their number, the size of the minimum, the minimum, and nothing. */
const HEAD_BYTES = 21;
const ELEMENTS_PER_PAUSE = 65536;

interface Parameters {
  readonly decimals: number;
  readonly isFloat: boolean;
  /** Bytes of an element. */
  readonly size: number;
  readonly bigEndian: boolean;
  readonly count: number;
  /** The value that the largest number of the bits means; undefined if it means itself. */
  readonly fill: DataView | undefined;
}

export const decodeScaleOffset: FilterDecoder = async (bytes, { clientData, limit, pause }) => {
  const parameters = parametersOf(clientData);
  const { size, count, isFloat, decimals, bigEndian } = parameters;
  // Integers that are to have all their bits were stored as they are.
  if (!isFloat && decimals === size * 8) return bytes;
  if (bytes.length < HEAD_BYTES) throw new FilterError(`has ${bytes.length} bytes, fewer than its head`);
  if (count * size > limit) throw new FilterError(`says to have ${count} elements of ${size} bytes`);
  const head = new DataView(bytes.buffer, bytes.byteOffset, HEAD_BYTES);
  const bits = head.getUint32(0, true);
  if (bits > size * 8) throw new FilterError(`has ${bits} bits for elements of ${size} bytes`);
  // Checked before memory is allocated: all bits have to be there.
  if (count * bits > (bytes.length - HEAD_BYTES) * 8) throw new FilterError("ends before its last element");
  const result = allocateBytes(count * size);
  if (bits === size * 8) result.set(bytes.subarray(HEAD_BYTES, HEAD_BYTES + result.length));
  else {
    const reader = new BitReader(bytes, HEAD_BYTES);
    const put = putter(parameters, new DataView(result.buffer), head, bits);
    for (let index = 0; index < count; index++) {
      if (index > 0 && index % ELEMENTS_PER_PAUSE === 0) await pause();
      const high = bits > 32 ? reader.read(bits - 32) : 0;
      put(index, high, reader.read(Math.min(bits, 32)));
    }
  }
  if (bigEndian) for (let at = 0; at < result.length; at += size) result.subarray(at, at + size).reverse();
  return result;
};

function parametersOf(clientData: readonly number[]): Parameters {
  const [scaleType = 0, factor = 0, count = 0, type = 0, size = 0, , order = 0, hasFill = 0, ...fillWords] =
    clientData;
  const isFloat = type === FLOAT_CLASS;
  if (![1, 2, 4, 8].includes(size) || (isFloat && (size < 4 || scaleType !== DECIMAL_SCALE))) {
    throw new FilterError(`has elements of ${size} bytes scaled in a way that is not known`);
  }
  const fill = new DataView(new ArrayBuffer(8));
  for (let word = 0; word < 2; word++) fill.setUint32(4 * word, fillWords[word] ?? 0, true);
  return {
    decimals: factor | 0,
    isFloat,
    size,
    bigEndian: order === 1,
    count,
    fill: hasFill === 1 ? fill : undefined,
  };
}

/** Puts an element, little-endian, from the upper and lower 32 bits of its difference. */
type Put = (index: number, high: number, low: number) => void;

function putter(
  { size, isFloat, decimals, fill }: Parameters,
  result: DataView,
  head: DataView,
  bits: number,
): Put {
  const putValue = isFloat ? floatPutter(size, decimals, result, head) : integerPutter(size, result, head);
  if (fill === undefined) return putValue;
  const fillHigh = bits > 32 ? 2 ** (bits - 32) - 1 : 0;
  const fillLow = 2 ** Math.min(bits, 32) - 1;
  return (index, high, low) => {
    if (high !== fillHigh || low !== fillLow) putValue(index, high, low);
    else for (let byte = 0; byte < size; byte++) result.setUint8(index * size + byte, fill.getUint8(byte));
  };
}

/** Where the minimum begins in the head. */
const MINIMUM_AT = 5;

function integerPutter(size: number, result: DataView, head: DataView): Put {
  const minimumLow = head.getUint32(MINIMUM_AT, true);
  const minimumHigh = head.getUint32(MINIMUM_AT + 4, true);
  switch (size) {
    case 1:
      return (index, _, low) => result.setUint8(index, low + minimumLow);
    case 2:
      return (index, _, low) => result.setUint16(2 * index, low + minimumLow, true);
    case 4:
      return (index, _, low) => result.setUint32(4 * index, low + minimumLow, true);
    default:
      return (index, high, low) => {
        const sum = low + minimumLow;
        result.setUint32(8 * index, sum, true);
        result.setUint32(8 * index + 4, high + minimumHigh + (sum > 0xffffffff ? 1 : 0), true);
      };
  }
}

function floatPutter(size: number, decimals: number, result: DataView, head: DataView): Put {
  if (size === 8) {
    const minimum = head.getFloat64(MINIMUM_AT, true);
    const scale = 10 ** decimals;
    return (index, high, low) =>
      result.setFloat64(8 * index, (high * 0x100000000 + low) / scale + minimum, true);
  }
  const minimum = head.getFloat32(MINIMUM_AT, true);
  const scale = Math.fround(10 ** decimals);
  // Each step is rounded to a float32, as in C.
  return (index, _, low) =>
    result.setFloat32(4 * index, Math.fround(Math.fround(low | 0) / scale) + minimum, true);
}
