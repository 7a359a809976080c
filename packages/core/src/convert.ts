import { allocate, type DataType, isComplexType, itemSize } from "./data-type.js";
import type { NDArray } from "./ndarray-type.js";

const INTEGER_RANGE: Readonly<Partial<Record<DataType, readonly [min: bigint, max: bigint]>>> = {
  int8: [-(2n ** 7n), 2n ** 7n - 1n],
  uint8: [0n, 2n ** 8n - 1n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

export interface ConvertOptions {
  /** Plain numbers: rounding to float32 is allowed, and -0 is a zero like any other. */
  plain: boolean;
  /** The caller chose the type, it does not come from a file: plain 0 and 1 may then become bool. */
  explicit?: boolean;
}

/**
 * `array` with another element type, or the reason why that would lose something (a
 * sentence without its subject). Only plain numbers to float32 are ever rounded. What was converted shares nothing with
 * `array`, its shape neither.
 */
export function convertArray(array: NDArray, target: DataType, options: ConvertOptions): NDArray | string {
  const source = array.dtype;
  if (source === target) return array;
  // An empty plain array has no kind, so it fits every target.
  if (options.plain && array.data.length === 0) {
    return { dtype: target, shape: [...array.shape], data: allocate(target, 0) } as NDArray; // `allocate` gave the container of `target`
  }
  if (source === "string" || target === "string")
    return `${source} and ${target} do not convert into each other`;
  if (target === "bool") {
    if (!(options.plain && options.explicit)) return `${source} values are no booleans`;
    return convertReal(array, "bool", [0n, 1n], options);
  }
  if (isComplexType(source)) {
    return isComplexType(target) ? convertFloats(array, target, options) : `${source} has imaginary parts`;
  }
  if (isComplexType(target)) {
    const parts = convertArray(array, target === "complex64" ? "float32" : "float64", options);
    return typeof parts === "string" ? parts : realToComplex(parts, target);
  }
  const range = INTEGER_RANGE[target];
  return range === undefined
    ? convertFloats(array, target, options)
    : convertReal(array, target, range, options);
}

function found(array: NDArray, entry: number, target: DataType, reason: string): string {
  const value: unknown = array.data[entry];
  return `${String(Object.is(value, -0) ? "-0" : value)} (entry ${entry}) ${reason} ${target}`;
}

function convertReal(
  array: NDArray,
  target: DataType,
  [min, max]: readonly [bigint, bigint],
  options: ConvertOptions,
): NDArray | string {
  const { data } = array;
  const result = allocate(target, data.length);
  const wide = itemSize(target) === 8;
  // Bounds as numbers are exact up to 32 bits; for 64 bits a float is compared below its rounded upper bound.
  const low = Number(min);
  const high = Number(max);
  for (let entry = 0; entry < data.length; entry++) {
    const value = data[entry] as number | bigint; // neither string nor complex comes here
    if (typeof value === "bigint") {
      if (value < min || value > max) return found(array, entry, target, "is out of the range of");
      result[entry] = wide ? value : Number(value);
    } else {
      if (!Number.isInteger(value)) return found(array, entry, target, "is no whole number and does not fit");
      if (value < low || (wide ? value >= high : value > high)) {
        return found(array, entry, target, "is out of the range of");
      }
      if (Object.is(value, -0) && !options.plain)
        return found(array, entry, target, "would lose its sign as");
      result[entry] = wide ? BigInt(value) : value;
    }
  }
  return { dtype: target, shape: [...array.shape], data: result } as NDArray; // `allocate` gave the container of `target`
}

/** To float32, float64 and their complex types, entry by entry. */
function convertFloats(array: NDArray, target: DataType, options: ConvertOptions): NDArray | string {
  const { data } = array;
  const result = allocate(target, isComplexType(target) ? data.length / 2 : data.length);
  for (let entry = 0; entry < data.length; entry++) {
    const value = data[entry] as number | bigint; // neither string nor bool-only containers come here
    const number = Number(value);
    result[entry] = number;
    const kept = Number(result[entry]);
    if (typeof value === "bigint") {
      if (!Number.isFinite(kept) || BigInt(kept) !== value)
        return found(array, entry, target, "is not exact as");
    } else if (!Object.is(kept, number) && !Number.isNaN(number)) {
      const rounded = options.plain && Number.isFinite(kept) === Number.isFinite(number);
      if (!rounded)
        return found(
          array,
          entry,
          target,
          Number.isFinite(kept) ? "is not exact as" : "is out of the range of",
        );
    }
  }
  return { dtype: target, shape: [...array.shape], data: result } as NDArray; // `allocate` gave the container of `target`
}

function realToComplex(parts: NDArray, target: "complex64" | "complex128"): NDArray {
  const result = allocate(target, parts.data.length);
  for (let entry = 0; entry < parts.data.length; entry++) result[2 * entry] = Number(parts.data[entry]);
  return { dtype: target, shape: parts.shape, data: result } as NDArray; // `allocate` gave the container of `target`
}
