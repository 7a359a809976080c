import type { NDArray } from "@tvb-storage/core";
import { allowedDifference, type Tolerance } from "./tolerance.js";

interface DifferentElement {
  /** Its position, with an index for each axis. */
  readonly at: readonly number[];
  /** Arrays of the one element. */
  readonly a: NDArray;
  readonly b: NDArray;
}

/** How the elements of two arrays differ; what was found in several blocks adds up. */
export interface ElementDifferences {
  count: number;
  /** Largest |a - b|; undefined where no two of the numbers that differ are finite. */
  maxAbsolute: number | undefined;
  /** Largest |a - b| / |b|; undefined as above, and where every b is 0. */
  maxRelative: number | undefined;
  readonly first: DifferentElement[];
}

export function noDifferences(): ElementDifferences {
  return { count: 0, maxAbsolute: undefined, maxRelative: undefined, first: [] };
}

type Kind = "number" | "complex" | "string";

function kindOf({ dtype }: Pick<NDArray, "dtype">): Kind {
  if (dtype === "string") return "string";
  return dtype === "complex64" || dtype === "complex128" ? "complex" : "number";
}

/** Whether elements of these types can be compared: numbers and booleans with each other, complex numbers, texts. */
export function areComparable(a: Pick<NDArray, "dtype">, b: Pick<NDArray, "dtype">): boolean {
  return kindOf(a) === kindOf(b);
}

/**
 * Compares two arrays of one shape, whose types are comparable, and adds to `found`.
 *
 * @param listing How many of the elements that differ `found.first` lists at most, and where the arrays begin in the dataset.
 */
export function compareElements(
  a: NDArray,
  b: NDArray,
  tolerance: Tolerance,
  found: ElementDifferences,
  listing: { readonly listed: number; readonly offset?: readonly number[] },
): void {
  if (a.data.length !== b.data.length)
    throw new RangeError(`expected ${a.data.length} entries to compare, found ${b.data.length}`);
  if (tolerance.equalNan && haveSameBytes(a, b)) return;
  const isSame = comparison(a, b, tolerance, found);
  const count = kindOf(a) === "complex" ? a.data.length / 2 : a.data.length;
  for (let index = 0; index < count; index++) {
    if (isSame(index)) continue;
    found.count += 1;
    if (found.first.length >= listing.listed) continue;
    const at = position(index, a.shape).map((place, axis) => place + (listing.offset?.[axis] ?? 0));
    found.first.push({ at, a: elementAt(a, index), b: elementAt(b, index) });
  }
}

/** Most blocks are the same to the last byte, which takes a tenth of the time to see. */
function haveSameBytes(a: NDArray, b: NDArray): boolean {
  if (a.dtype !== b.dtype || Array.isArray(a.data) || Array.isArray(b.data)) return false;
  const bytes = ({ buffer, byteOffset, byteLength }: Exclude<NDArray["data"], string[]>) =>
    Buffer.from(buffer, byteOffset, byteLength);
  return bytes(a.data).equals(bytes(b.data));
}

/** Whether the elements at an index are equal; where not, how far they are apart goes into `found`. */
function comparison(
  a: NDArray,
  b: NDArray,
  tolerance: Tolerance,
  found: ElementDifferences,
): (index: number) => boolean {
  const left: ArrayLike<unknown> = a.data;
  const right: ArrayLike<unknown> = b.data;
  switch (kindOf(a)) {
    case "string":
      return (index) => left[index] === right[index];
    case "complex":
      return (index) => isSameComplex(complexAt(a, index), complexAt(b, index), tolerance, found);
    case "number":
      return (index) => {
        const x = left[index];
        const y = right[index];
        // Also a bigint and a number: JavaScript compares them by their exact values.
        if (x === y) return true;
        return isSameNumber(x as number | bigint, y as number | bigint, tolerance, found); // the kind says so
      };
  }
}

function isSameNumber(
  x: number | bigint,
  y: number | bigint,
  tolerance: Tolerance,
  found: ElementDifferences,
): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: a bigint and a number of the same value are equal by == only
  if (x == y) return true;
  const reference = Math.abs(Number(y));
  if (!Number.isFinite(Number(x)) || !Number.isFinite(reference))
    return tolerance.equalNan && Number.isNaN(Number(x)) && Number.isNaN(Number(y));
  return isWithin(distance(x, y), reference, tolerance, found);
}

/** |x - y|; between integers without rounding them first. */
function distance(x: number | bigint, y: number | bigint): number {
  if (typeof x === "bigint" && typeof y === "bigint") return Math.abs(Number(x - y));
  if (typeof x === "bigint" && Number.isInteger(y)) return distance(x, BigInt(y));
  if (typeof y === "bigint" && Number.isInteger(x)) return distance(BigInt(x), y);
  return Math.abs(Number(x) - Number(y));
}

interface Complex {
  readonly re: number;
  readonly im: number;
}

function isSameComplex(x: Complex, y: Complex, tolerance: Tolerance, found: ElementDifferences): boolean {
  if (x.re === y.re && x.im === y.im) return true;
  const reference = Math.hypot(y.re, y.im);
  const apart = Math.hypot(x.re - y.re, x.im - y.im);
  if (Number.isFinite(apart) && Number.isFinite(reference))
    return isWithin(apart, reference, tolerance, found);
  const same = (p: number, q: number) =>
    p === q || (tolerance.equalNan && Number.isNaN(p) && Number.isNaN(q));
  return same(x.re, y.re) && same(x.im, y.im);
}

function isWithin(
  apart: number,
  reference: number,
  tolerance: Tolerance,
  found: ElementDifferences,
): boolean {
  if (apart <= allowedDifference(tolerance, reference)) return true;
  found.maxAbsolute = Math.max(found.maxAbsolute ?? 0, apart);
  if (reference > 0) found.maxRelative = Math.max(found.maxRelative ?? 0, apart / reference);
  return false;
}

/** The position of the element with this index in C order. */
function position(index: number, shape: readonly number[]): number[] {
  const at: number[] = [];
  let rest = index;
  for (const length of [...shape].reverse()) {
    at.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return at;
}

function complexAt({ data }: NDArray, index: number): Complex {
  return { re: Number(data[2 * index]), im: Number(data[2 * index + 1]) };
}

function elementAt(array: NDArray, index: number): NDArray {
  const width = kindOf(array) === "complex" ? 2 : 1;
  const data = array.data.slice(index * width, (index + 1) * width);
  return { dtype: array.dtype, shape: [], data } as NDArray; // a part of its container
}
