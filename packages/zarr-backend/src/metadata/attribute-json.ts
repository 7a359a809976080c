import { allocate, type DataType, elementCount, isDataType, type NDArray } from "@tvb-storage/core";
import { entriesPerElement, MAX_RANK } from "@tvb-storage/core/internal";
import { FileStorageException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { formatJson, isJsonObject, type Json, JsonEntry, type JsonObject } from "../json/exact-json.js";

// The values of attributes as JSON. What JSON can say is said in it: texts, integers (int64), floats (float64), true and
// false, and rectangular lists of one kind of them. All else is an object of `dtype`, `shape` and `data`, whose elements
// are as in the fill values of Zarr version 3.

const NATIVE: ReadonlySet<DataType> = new Set<DataType>(["string", "int64", "float64", "bool"]);

/** The JSON of an attribute. Integers of JSON have any size, so nothing of an int64 is lost; Python reads it exactly. */
function formatAttribute(array: NDArray): Json {
  // Most are scalars.
  const first = array.shape.length === 0 && NATIVE.has(array.dtype) ? array.data[0] : undefined;
  const scalar = first === undefined ? undefined : elementOf(array.dtype, first);
  if (scalar !== undefined && isNativeElement(array.dtype, scalar)) return scalar;
  const elements = elementsOf(array);
  const isNative =
    NATIVE.has(array.dtype) &&
    elements.length > 0 &&
    elements.every((each) => isNativeElement(array.dtype, each));
  if (isNative) return nested(elements, array.shape);
  const { dtype, shape } = array;
  return { dtype, shape: shape.map(BigInt), data: elements };
}

function isNativeElement(dtype: DataType, element: Json): boolean {
  return dtype !== "float64" || typeof element === "number"; // NaN and infinities are texts
}

function elementsOf(array: NDArray): Json[] {
  const entries = Array.from<unknown, Json>(array.data, (entry) => elementOf(array.dtype, entry));
  if (entriesPerElement(array.dtype) === 1) return entries;
  return Array.from({ length: entries.length / 2 }, (_, i) => entries.slice(2 * i, 2 * i + 2));
}

function elementOf(dtype: DataType, entry: unknown): Json {
  if (typeof entry === "string" || typeof entry === "bigint") return entry;
  const number = Number(entry);
  if (dtype === "bool") return number !== 0;
  if (!dtype.startsWith("float") && !dtype.startsWith("complex")) return BigInt(number);
  return Number.isFinite(number) ? number : String(number);
}

function nested(elements: readonly Json[], shape: readonly number[]): Json {
  let level: readonly Json[] = elements;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] ?? 0;
    const outer = level;
    level = Array.from({ length: outer.length / length }, (_, i) =>
      outer.slice(i * length, (i + 1) * length),
    );
  }
  return level[0] ?? null;
}

/**
 * The array that the JSON of an attribute is read as. What other programs wrote and is none of ours (an object, a list of
 * different things, null) is read as its JSON text.
 */
export function parseAttribute(json: Json): NDArray {
  return parseCoded(json) ?? parseNative(json) ?? textOf(formatJson(json));
}

function textOf(text: string): NDArray {
  return { dtype: "string", shape: [], data: [text] };
}

function parseNative(json: Json): NDArray | undefined {
  const shape: number[] = [];
  for (let first: Json | undefined = json; Array.isArray(first); first = first[0]) shape.push(first.length);
  const elements: Json[] = [];
  if (shape.includes(0) || shape.length > MAX_RANK || !collect(json, shape, elements)) return undefined;
  return arrayOf(nativeType(elements), shape, elements);
}

function nativeType(elements: readonly Json[]): DataType | undefined {
  const kinds = new Set(elements.map((each) => typeof each));
  const [kind] = kinds;
  // xarray and others write lists of numbers in which whole ones have no point.
  if (kinds.size === 2 && kinds.has("bigint") && kinds.has("number")) return "float64";
  if (kinds.size !== 1) return undefined;
  if (kind === "bigint")
    return elements.every(isInt64) ? "int64" : elements.every(isUint64) ? "uint64" : undefined;
  return kind === "string"
    ? "string"
    : kind === "number"
      ? "float64"
      : kind === "boolean"
        ? "bool"
        : undefined;
}

const isInt64 = (value: Json): boolean => typeof value === "bigint" && BigInt.asIntN(64, value) === value;
const isUint64 = (value: Json): boolean => typeof value === "bigint" && BigInt.asUintN(64, value) === value;

/** Whether the lists are rectangular. */
function collect(json: Json, shape: readonly number[], elements: Json[], axis = 0): boolean {
  if (axis === shape.length) {
    elements.push(json);
    return !Array.isArray(json);
  }
  return (
    Array.isArray(json) &&
    json.length === shape[axis] &&
    json.every((each) => collect(each, shape, elements, axis + 1))
  );
}

function parseCoded(json: Json): NDArray | undefined {
  if (!isJsonObject(json) || Object.keys(json).length !== 3) return undefined;
  const { dtype, shape, data } = json;
  if (!isDataType(dtype) || !Array.isArray(shape) || !Array.isArray(data)) return undefined;
  const lengths = shape.map((length: Json) => (typeof length === "bigint" ? Number(length) : Number.NaN));
  if (!lengths.every((length) => Number.isSafeInteger(length) && length >= 0) || lengths.length > MAX_RANK)
    return undefined;
  return arrayOf(dtype, lengths, data);
}

function arrayOf(dtype: DataType | undefined, shape: readonly number[], elements: readonly Json[]) {
  if (dtype === undefined || elementCount(shape) !== elements.length) return undefined;
  const entries =
    entriesPerElement(dtype) === 1
      ? elements
      : elements.flatMap((each) => (Array.isArray(each) && each.length === 2 ? each : [null]));
  const data = allocate(dtype, elements.length);
  if (entries.length !== data.length) return undefined;
  for (const [i, element] of entries.entries()) {
    const entry = entryOf(dtype, element);
    if (entry === undefined) return undefined;
    data[i] = entry as never; // of the kind that the container has
  }
  return { dtype, shape, data } as NDArray; // `allocate` gave the container of its type
}

const SPECIAL: ReadonlySet<string> = new Set(["NaN", "Infinity", "-Infinity"]);

function entryOf(dtype: DataType, element: Json): string | number | bigint | undefined {
  if (dtype === "string") return typeof element === "string" ? element : undefined;
  if (dtype === "bool") return typeof element === "boolean" ? Number(element) : undefined;
  if (dtype === "int64") return isInt64(element) ? (element as bigint) : undefined; // by the check
  if (dtype === "uint64") return isUint64(element) ? (element as bigint) : undefined; // by the check
  if (/^(float|complex)/.test(dtype)) {
    if (typeof element === "string") return SPECIAL.has(element) ? Number(element) : undefined;
    return typeof element === "number" || typeof element === "bigint" ? Number(element) : undefined;
  }
  if (typeof element !== "bigint") return undefined;
  const [signed, bits] = [dtype.startsWith("int"), Number(dtype.replace(/\D+/, ""))];
  const fits = (signed ? BigInt.asIntN(bits, element) : BigInt.asUintN(bits, element)) === element;
  return fits ? Number(element) : undefined;
}

/** Attributes as they are stored, with what they are read as. */
export type Attributes = ReadonlyMap<string, { readonly json: JsonEntry; readonly array: NDArray }>;

/** Attributes are never changed, so that these stay the same. */
const arrays = new WeakMap<Attributes, ReadonlyMap<string, NDArray>>();

/** What attributes are read as. */
export function arraysOf(attributes: Attributes): ReadonlyMap<string, NDArray> {
  let known = arrays.get(attributes);
  if (known === undefined) {
    known = new Map([...attributes].map(([name, { array }]) => [name, array]));
    arrays.set(attributes, known);
  }
  return known;
}

export function parseAttributes(json: JsonObject, hidden: ReadonlySet<string>): Attributes {
  return new Map(
    Object.entries(json)
      .filter(([name]) => !hidden.has(name))
      .map(([name, value]) => [name, { json: new JsonEntry(name, value), array: parseAttribute(value) }]),
  );
}

/**
 * Other attributes of a node. A value that was only read and given back keeps its JSON, also where it is of another program.
 *
 * @param after Kept: nobody changes it.
 * @throws FileStorageException a name that the format uses itself.
 */
export function replaceAttributes(
  before: Attributes,
  after: ReadonlyMap<string, NDArray>,
  hidden: ReadonlySet<string>,
): Attributes {
  const replaced = new Map<string, { readonly json: JsonEntry; readonly array: NDArray }>();
  for (const [name, given] of after) {
    if (hidden.has(name))
      throw new FileStorageException(
        `the attribute ${quoted(name)} belongs to the format; choose another name`,
      );
    const known = before.get(name);
    replaced.set(
      name,
      known !== undefined && isSame(known.array, given)
        ? known
        : { json: new JsonEntry(name, formatAttribute(given)), array: given },
    );
  }
  // The next transaction reads them.
  arrays.set(replaced, after);
  return replaced;
}

function isSame(a: NDArray, b: NDArray): boolean {
  if (a === b) return true;
  if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join() || a.data.length !== b.data.length)
    return false;
  for (let i = 0; i < a.data.length; i++) if (!Object.is(a.data[i], b.data[i])) return false;
  return true;
}
