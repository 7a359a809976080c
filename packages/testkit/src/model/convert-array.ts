import type { DataType, NDArray } from "@tvb-storage/core";
import { arrayOf, countOf, kindOf } from "./element-types.js";

const BITS = /\d+$/;

/** How the caller gave values: plain numbers have no type of their own. */
export interface Given {
  readonly array: NDArray;
  readonly plain: boolean;
}

/** An array in another type. */
export interface Converted {
  readonly array: NDArray;
  /** The bits of a NaN need not survive a conversion. */
  readonly anyNaN: boolean;
}

/** The array in the type `target`; undefined where that would lose something. `explicit`: the option `dtype` asks for it. */
export function converted(
  { array, plain }: Given,
  target: DataType,
  explicit = false,
): Converted | undefined {
  const source = array.dtype;
  const anyNaN = plain || source !== target;
  if (source === target) return { array, anyNaN };
  if (plain && countOf(array.shape) === 0) return { array: arrayOf(target, array.shape, []), anyNaN };
  const [from, to] = [kindOf(source), kindOf(target)];
  if (from === "string" || to === "string") return undefined;
  if (to === "bool" && !(plain && explicit)) return undefined;
  if (from === "complex" && to !== "complex") return undefined;
  const entries: (number | bigint)[] = [];
  for (const entry of array.data as Iterable<number | bigint>) {
    const fits = fitted(entry, target, plain);
    if (fits === undefined) return undefined;
    entries.push(fits);
    if (to === "complex" && from !== "complex") entries.push(0);
  }
  return { array: arrayOf(target, array.shape, entries), anyNaN };
}

function fitted(value: number | bigint, target: DataType, plain: boolean): number | bigint | undefined {
  switch (kindOf(target)) {
    case "bool":
      return value === 0 || value === 1 ? value : undefined;
    case "integer":
      return whole(value, target, plain);
    default: {
      const isSingle = target === "float32" || target === "complex64";
      return isSingle ? single(value, plain) : double(value);
    }
  }
}

function whole(value: number | bigint, target: DataType, plain: boolean): number | bigint | undefined {
  if (typeof value === "number" && !Number.isInteger(value)) return undefined;
  if (Object.is(value, -0) && !plain) return undefined;
  const bits = BigInt(BITS.exec(target)?.[0] ?? 0);
  const isSigned = target.startsWith("int");
  const [min, max] = isSigned ? [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n] : [0n, 2n ** bits - 1n];
  const exact = BigInt(value);
  if (exact < min || exact > max) return undefined;
  return bits === 64n ? exact : Number(exact);
}

function double(value: number | bigint): number | undefined {
  if (typeof value === "number") return value;
  return BigInt(Number(value)) === value ? Number(value) : undefined;
}

function single(value: number | bigint, plain: boolean): number | undefined {
  const rounded = Math.fround(Number(value));
  if (typeof value === "bigint")
    return Number.isFinite(rounded) && BigInt(rounded) === value ? rounded : undefined;
  if (Object.is(rounded, value)) return rounded;
  return plain && Number.isFinite(rounded) && Number.isFinite(value) ? rounded : undefined;
}
