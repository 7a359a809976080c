import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { checkText } from "@tvb-storage/files/internal";
import { type DataMap, type DataType, typedArrayType } from "./data-type.js";
import type { NDArray } from "./ndarray-type.js";
import { MAX_RANK } from "./shape.js";

type Leaf = number | bigint | boolean | string;
type Kind = "number" | "bigint" | "boolean" | "string";

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

const ELEMENTS = "a number, bigint, boolean or string";
const STORABLE =
  "numbers, bigints, booleans or strings, nested arrays of one of them, a typed array, or an NDArray { dtype, shape, data }";

function location(path: readonly number[]): string {
  return path.length === 0 ? "the data" : `element [${path.join("][")}]`;
}

function isKind(kind: string): kind is Kind {
  return kind === "number" || kind === "bigint" || kind === "boolean" || kind === "string";
}

/** The reason why `value`, among values of `kind`, cannot be an element. */
function misfit(value: unknown, path: readonly number[], kind: Kind | undefined): FileStructureException {
  const found = typeof value;
  if (Array.isArray(value))
    return new FileStructureException(`${location(path)} is an array where others are values: ragged`);
  if (typedArrayType(value) !== undefined) {
    return new FileStructureException(
      `${location(path)} is a typed array inside an array; give one typed array and a shape`,
    );
  }
  return kind !== undefined && isKind(found)
    ? new FileStructureException(`${location(path)} is a ${found} among ${kind}s: mixed kinds`)
    : new FileStructureException(
        `${location(path)} is ${quoted(value)}; ${path.length === 0 ? STORABLE : ELEMENTS} can be stored`,
      );
}

/** The shape along the first elements; all others must have the same. */
function shapeOf(input: unknown): number[] {
  const shape: number[] = [];
  let level = input;
  while (Array.isArray(level)) {
    shape.push(level.length);
    if (shape.length > MAX_RANK) {
      throw new FileStructureException(
        `arrays are nested deeper than ${MAX_RANK} axes (or contain themselves)`,
      );
    }
    level = level[0];
  }
  return shape;
}

/**
 * A nested array of numbers, bigints, booleans or strings as an array in C order.
 *
 * @throws FileStructureException ragged, sparse or too deep arrays, mixed kinds,
 *   null, undefined and objects, with the location in the message.
 */
export function flattenNested(input: unknown): { readonly array: NDArray; readonly plain: boolean } {
  const shape = shapeOf(input);
  const leaves: Leaf[] = [];
  /** The path of the current row; elements are not tracked, since there are so many. */
  const path: number[] = [];
  let kind: Kind | undefined;

  const take = (value: unknown, index?: number): void => {
    // The first decides, and the others must agree.
    if (kind === undefined && isKind(typeof value)) kind = typeof value as Kind; // by the line itself
    if (typeof value !== kind) throw misfit(value, index === undefined ? path : [...path, index], kind);
    leaves.push(value as Leaf); // its kind is one of theirs
  };

  const visit = (value: unknown, axis: number): void => {
    const length = shape[axis];
    if (length === undefined) {
      take(value);
      return;
    }
    if (!Array.isArray(value)) {
      throw new FileStructureException(`${location(path)} is no array where others are: ragged`);
    }
    if (value.length !== length) {
      throw new FileStructureException(
        `${location(path)} has ${value.length} elements where others have ${length}: ragged`,
      );
    }
    const last = axis === shape.length - 1;
    for (let index = 0; index < length; index++) {
      const element: unknown = value[index];
      if (element === undefined && !(index in value)) {
        throw new FileStructureException(`${location([...path, index])} is missing: the array is sparse`);
      }
      if (last) take(element, index);
      else {
        path.push(index);
        visit(element, axis + 1);
        path.pop();
      }
    }
  };
  visit(input, 0);

  const { dtype, data } = gather(kind ?? "number", leaves);
  return { array: { dtype, shape, data } as NDArray, plain: dtype !== "bool" && dtype !== "string" }; // `gather` pairs them
}

function gather(kind: Kind, leaves: readonly Leaf[]): { dtype: DataType; data: DataMap[DataType] } {
  switch (kind) {
    case "number":
      return { dtype: "float64", data: fill(new Float64Array(leaves.length), leaves) };
    case "boolean":
      return { dtype: "bool", data: fill(new Uint8Array(leaves.length), leaves) };
    case "string": {
      const data = leaves.map(String);
      data.forEach((text, index) => {
        checkText(text, () => `string ${index} of the data`);
      });
      return { dtype: "string", data };
    }
    case "bigint":
      return gatherBigints(leaves.map(BigInt));
  }
}

function fill<T extends Float64Array | Uint8Array>(data: T, leaves: readonly Leaf[]): T {
  for (let index = 0; index < leaves.length; index++) data[index] = Number(leaves[index]);
  return data;
}

function gatherBigints(values: readonly bigint[]): {
  dtype: "int64" | "uint64";
  data: BigInt64Array | BigUint64Array;
} {
  if (values.every((value) => value >= INT64_MIN && value <= INT64_MAX)) {
    return { dtype: "int64", data: BigInt64Array.from(values) };
  }
  const misfit = values.find((value) => value < 0n || value > UINT64_MAX);
  if (misfit !== undefined) {
    throw new FileStructureException(`the bigints fit neither int64 nor uint64 (one is ${misfit})`);
  }
  return { dtype: "uint64", data: BigUint64Array.from(values) };
}
