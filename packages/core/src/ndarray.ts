import { FileStructureException } from "@tvb-storage/errors";
import { checkCallOptions, type OptionRules, optionRules, quoted } from "@tvb-storage/files";
import { argumentMessage, checkText, readArgument } from "@tvb-storage/files/internal";
import { convertArray } from "./convert.js";
import {
  containerName,
  DATA_TYPES,
  type DataMap,
  type DataType,
  entriesPerElement,
  isComplexType,
  isContainer,
  isDataType,
  typedArrayType,
} from "./data-type.js";
import { flattenNested } from "./flatten-nested.js";
import type { ArrayInput, NDArray, Nested } from "./ndarray-type.js";
import { checkShape, elementCount, sameShape, shapeText } from "./shape.js";

export interface NDArrayOptions<T extends DataType = DataType> {
  /** Lengths of the axes; their product must be the number of elements. */
  shape?: readonly number[];
  /** Converts, where that loses nothing; plain numbers may be rounded to float32. */
  dtype?: T;
}

/** An array, and whether the caller chose its type. */
export interface NormalizedInput {
  readonly array: NDArray;
  /** Plain numbers or bigints, which take the type of an existing dataset. */
  readonly plain: boolean;
  /** The memory belongs to the caller. */
  readonly shared: boolean;
}

/**
 * Makes an `NDArray`, checked and in C order, of any input that can be stored. Memory
 * of a typed array is shared with the result, not copied.
 *
 * Plain numbers become float64, bigints int64 (or uint64 where they need it).
 * With a complex `dtype`, nested numbers end in `[re, im]` pairs and a typed
 * array of the container's type is taken as interleaved pairs.
 *
 * @throws FileStructureException null, ragged or sparse arrays, mixed kinds,
 *   objects, a wrong number of elements, a conversion that would lose something.
 */
export function ndarray<T extends DataType = DataType>(
  input: ArrayInput,
  options?: NDArrayOptions<T>,
): NDArray<T>;
export function ndarray(input: ArrayInput, options: NDArrayOptions = {}): NDArray {
  const checked = checkCallOptions(options, OPTIONS, "ndarray");
  return readArgument("the data", () => normalizeInput(input, checked)).array;
}

const OPTIONS: OptionRules<NDArrayOptions> = {
  shape: optionRules.anything, // checked as every shape is
  dtype: optionRules.anything, // checked as every type is
};

/** As `ndarray`, and says whether the input was plain numbers. */
export function normalizeInput(input: unknown, options: NDArrayOptions = {}): NormalizedInput {
  const { dtype } = options;
  if (dtype !== undefined && !isDataType(dtype)) {
    throw unknownType(dtype);
  }
  const { array, plain, shared } = readInput(input, dtype);
  const shaped = options.shape === undefined ? array : reshape(array, options.shape);
  if (dtype === undefined || shaped.dtype === dtype)
    return { array: shaped, plain: plain && dtype === undefined, shared };
  const converted = convertArray(shaped, dtype, { plain, explicit: true });
  if (typeof converted === "string") {
    throw new FileStructureException(`the data cannot be stored as ${dtype}: ${converted}`);
  }
  return { array: converted, plain: false, shared: false };
}

/** The same as a copy: the caller may reuse its array immediately. */
export function ownedInput(input: NormalizedInput): NormalizedInput {
  return input.shared ? { ...input, array: copyArray(input.array), shared: false } : input;
}

function readInput(input: unknown, dtype: DataType | undefined): NormalizedInput {
  const typed = typedArrayType(input);
  if (typed !== undefined)
    return {
      array: fromTypedArray(input as DataMap[typeof typed], typed, dtype),
      plain: false,
      shared: true,
    }; // its own tag was just read
  if (isNDArrayLike(input)) return { array: checkNDArray(input), plain: false, shared: true };
  if (ArrayBuffer.isView(input) || input instanceof ArrayBuffer) {
    throw new FileStructureException(
      `${quoted(input)} has no element type; wrap its buffer in a typed array`,
    );
  }
  const flat = flattenNested(input);
  if (isComplexType(dtype ?? "float64") && flat.array.dtype === "float64") {
    return { array: pairsToComplex(flat.array), plain: flat.plain, shared: false };
  }
  return { ...flat, shared: false };
}

function fromTypedArray(
  input: DataMap[Exclude<DataType, "string">],
  type: Exclude<DataType, "string">,
  dtype: DataType | undefined,
): NDArray {
  // Uint8ClampedArray and Node's Buffer are views of bytes; the result is a plain Uint8Array.
  const data = type === "uint8" ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength) : input;
  if (dtype === "bool" && type === "uint8") return checkNDArray({ dtype, shape: [data.length], data });
  if ((dtype === "complex128" && type === "float64") || (dtype === "complex64" && type === "float32")) {
    if (data.length % 2 !== 0) {
      throw new FileStructureException(
        `interleaved ${dtype} data needs an even number of entries, not ${data.length}`,
      );
    }
    return { dtype, shape: [data.length / 2], data } as NDArray; // the container of that type, by the line above
  }
  return { dtype: type, shape: [data.length], data } as NDArray; // `type` was read off `data`
}

function unknownType(dtype: unknown): FileStructureException {
  return new FileStructureException(
    `there is no data type ${quoted(dtype)}; there are ${DATA_TYPES.join(", ")}`,
  );
}

interface NDArrayLike {
  readonly dtype: unknown;
  readonly shape: unknown;
  readonly data: unknown;
}

function isNDArrayLike(input: unknown): input is NDArrayLike {
  return (
    typeof input === "object" && input !== null && "dtype" in input && "shape" in input && "data" in input
  );
}

/**
 * Checks type, shape and container of an array, not the entries of a list of texts or booleans.
 *
 * @throws FileStructureException it has not.
 */
export function checkForm(input: unknown): asserts input is NDArray {
  if (!isNDArrayLike(input))
    throw new FileStructureException(
      argumentMessage("an array", "an NDArray { dtype, shape, data }, as ndarray() makes it", quoted(input)),
    );
  const { dtype, shape, data } = input;
  if (!isDataType(dtype)) throw unknownType(dtype);
  checkShape(shape as readonly number[]); // checks that it is an array of numbers
  const lengths = shape as readonly number[]; // now checked
  if (!isContainer(dtype, data)) {
    throw new FileStructureException(
      argumentMessage(`the data of a ${dtype} array`, `a ${containerName(dtype)}`, quoted(data)),
    );
  }
  const container = data as DataMap[DataType]; // its tag is that of the type's container
  const needed = elementCount(lengths) * entriesPerElement(dtype);
  if (container.length !== needed) {
    throw new FileStructureException(
      `a ${dtype} array of shape ${shapeText(lengths)} has ${needed} entries, not ${container.length}`,
    );
  }
}

/** The `NDArray` that `input` claims to be, after checking that it is one. */
function checkNDArray(input: unknown): NDArray {
  checkForm(input);
  const { dtype, data } = input;
  if (dtype === "bool") checkBooleans(data);
  if (dtype === "string") checkStrings(data);
  return input;
}

function checkBooleans(data: Uint8Array): void {
  for (let index = 0; index < data.length; index++) {
    const value = data[index];
    if (value !== 0 && value !== 1) {
      throw new FileStructureException(`a bool array holds 0 and 1, not ${value} (entry ${index})`);
    }
  }
}

function checkStrings(data: readonly unknown[]): void {
  for (let index = 0; index < data.length; index++) {
    const value = data[index];
    if (typeof value !== "string") {
      throw new FileStructureException(
        `entry ${index} of a string array is ${value === null ? "null" : typeof value}`,
      );
    }
    checkText(value, () => `entry ${index} of a string array`);
  }
}

function pairsToComplex(pairs: NDArray<"float64">): NDArray<"complex128"> {
  const { shape, data } = pairs;
  // For `[]` or `[[], []]`: there are no elements, rather than half pairs.
  if (shape.at(-1) === 0) return { dtype: "complex128", shape, data };
  if (shape.at(-1) !== 2) {
    throw new FileStructureException(
      `complex numbers are [re, im] pairs; the last axis of shape ${shapeText(shape)} is not 2 long`,
    );
  }
  return { dtype: "complex128", shape: shape.slice(0, -1), data };
}

/**
 * The same elements in another shape; the memory is shared.
 *
 * @throws FileStructureException the shape has another number of elements.
 */
export function reshape(array: NDArray, shape: readonly number[]): NDArray {
  checkShape(shape);
  if (sameShape(array.shape, shape)) return array;
  if (elementCount(shape) !== elementCount(array.shape)) {
    throw new FileStructureException(
      `${elementCount(array.shape)} elements of shape ${shapeText(array.shape)} do not fill the shape ${shapeText(shape)}`,
    );
  }
  return { ...array, shape: [...shape] };
}

/** A copy that shares no memory with `array`. */
export function copyArray<T extends DataType>(array: NDArray<T>): NDArray<T> {
  return { ...array, shape: [...array.shape], data: array.data.slice() as DataMap[T] }; // slice keeps the container's type
}

/** Nested arrays of plain values; a scalar for shape `[]`, `[re, im]` for complex, booleans for bool. Throws as `ndarray`. */
export function toNested(
  array: NDArray,
): Nested<number | bigint | boolean | string | readonly [re: number, im: number]> {
  type Leaf = number | bigint | boolean | string | readonly [number, number];
  const { dtype, shape, data } = readArgument("the array", () => checkNDArray(array));
  const leaf = (index: number): Leaf => {
    if (isComplexType(dtype)) return [Number(data[2 * index]), Number(data[2 * index + 1])];
    const value = data[index] as number | bigint | string; // index is below the product of the shape
    return dtype === "bool" ? value !== 0 : value;
  };
  const build = (axis: number, first: number, count: number): Nested<Leaf> => {
    const length = shape[axis];
    if (length === undefined) return leaf(first);
    const stride = length === 0 ? 0 : count / length;
    const elements: Nested<Leaf>[] = [];
    for (let i = 0; i < length; i++) elements.push(build(axis + 1, first + i * stride, stride));
    return elements;
  };
  return build(0, 0, elementCount(shape));
}
