import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import {
  argumentMessage,
  checkText,
  errorMessage,
  formatDateTime,
  isDate,
  parseDateTime,
} from "@tvb-storage/files/internal";
import { allocate, type DataType, typedArrayType } from "./data-type.js";
import { ndarray, normalizeInput } from "./ndarray.js";
import type { ArrayInput, NDArray } from "./ndarray-type.js";
import type { Metadata, MetadataInput, MetadataValue } from "./storage-manager.js";

// Values in attributes are stored as by the Python original, so that each side reads the other's files.

export const TVB_ATTRIBUTE_PREFIX = "TVB_";
export const BOOL_VALUE_PREFIX = "bool:";
export const DATETIME_VALUE_PREFIX = "datetime:";
/** In Python's notation, as the original names it. */
export const DATE_TIME_FORMAT = "%Y-%m-%d %H:%M:%S.%f";

const TRUE_WORDS = /^(yes|true|t|1)$/i;

/** `bool:True` or `bool:False`. */
export function serializeBool(value: boolean): string {
  return `${BOOL_VALUE_PREFIX}${value ? "True" : "False"}`;
}

/** The name under which a key is stored. */
export function attributeName(key: string, tvbSpecific = true): string {
  return tvbSpecific ? `${TVB_ATTRIBUTE_PREFIX}${key}` : key;
}

/** Whether a number is stored as int64, as Python stores an int. */
function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

/** Plain numbers as the original stores a list of them: int64 where all are whole. */
function asStoredList(array: NDArray): NDArray {
  const { dtype, shape } = array;
  if (dtype !== "float64" || array.data.length === 0 || !array.data.every(isWhole)) return array;
  return { dtype: "int64", shape, data: BigInt64Array.from(array.data, BigInt) };
}

function scalar(value: string | number | bigint | boolean): NDArray {
  if (typeof value === "number") {
    return isWhole(value)
      ? { dtype: "int64", shape: [], data: BigInt64Array.of(BigInt(value)) }
      : { dtype: "float64", shape: [], data: Float64Array.of(value) };
  }
  return ndarray(value);
}

/** A single text is decoded when it is read; the texts of an array are not. */
function checkScalarText({ dtype, shape, data }: NDArray): void {
  if (dtype !== "string" || shape.length > 0) return;
  const prefix = [BOOL_VALUE_PREFIX, DATETIME_VALUE_PREFIX].find((p) => String(data[0]).startsWith(p));
  if (prefix === undefined) return;
  throw new FileStructureException(
    `the text starts with "${prefix}" and would be read back as another type; give a boolean or a Date, or change the text`,
  );
}

function encodeDate(date: Date, key: string): NDArray {
  try {
    return scalar(`${DATETIME_VALUE_PREFIX}${formatDateTime(date)}`);
  } catch (error) {
    throw new FileStructureException(`the value of ${quoted(key)} cannot be stored: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

function isArrayInput(value: unknown): boolean {
  if (typeof value === "string" || typeof value === "bigint" || Array.isArray(value)) return true;
  return (
    typedArrayType(value) !== undefined || (typeof value === "object" && value !== null && "dtype" in value)
  );
}

/**
 * The array that is stored for a metadata value; scalars have shape `[]`.
 *
 * @throws FileStructureException a value of no storable kind, a text that would
 *   read back as another type, a bigint beyond 64 bits.
 */
export function encodeMetadataValue(value: MetadataInput, key: string): NDArray {
  if (value === null) return scalar("");
  switch (typeof value) {
    case "boolean":
      return scalar(serializeBool(value));
    case "number":
      return scalar(value);
  }
  if (isDate(value)) return encodeDate(value, key);
  if (!isArrayInput(value)) {
    throw new FileStructureException(
      `the value of ${quoted(key)} is ${quoted(value)}; a string, number, bigint, boolean, Date, null or an array of one kind of them can be stored as metadata`,
    );
  }
  try {
    const given = ndarray(value as ArrayInput); // `ndarray` checks what it is given
    const array = Array.isArray(value) ? asStoredList(given) : given;
    checkScalarText(array);
    return array;
  } catch (error) {
    throw new FileStructureException(`the value of ${quoted(key)} cannot be stored: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

/**
 * All of `metadata` by stored name. Throws where one value cannot be stored.
 *
 * @throws FileStructureException a bad key or value.
 */
export function encodeMetadata(
  metadata: Readonly<Record<string, MetadataInput>>,
  tvbSpecific = true,
): Map<string, NDArray> {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) {
    throw new FileStructureException(
      argumentMessage("metadata", "an object of keys and values", quoted(metadata)),
    );
  }
  const encoded = new Map<string, NDArray>();
  for (const [key, value] of Object.entries(metadata)) {
    checkMetadataKey(key);
    encoded.set(attributeName(key, tvbSpecific), encodeMetadataValue(value, key));
  }
  return encoded;
}

/**
 * Attributes by the names under which they are stored.
 *
 * @throws FileStructureException no map, a name that cannot be stored, or a value that is no array.
 */
export function checkAttributes(attributes: ReadonlyMap<string, NDArray>): Map<string, NDArray> {
  if (!(attributes instanceof Map))
    throw new FileStructureException(
      argumentMessage("the attributes", "a Map of names and arrays", quoted(attributes)),
    );
  return new Map(
    [...attributes].map(([name, value]) => {
      checkMetadataKey(name);
      return [name, normalizeInput(value).array];
    }),
  );
}

/** @throws FileStructureException an empty key, or one that cannot be stored. */
export function checkMetadataKey(key: string): void {
  if (typeof key !== "string" || key === "")
    throw new FileStructureException("a metadata key must not be empty");
  checkText(key, () => `the metadata key ${quoted(key)}`);
}

/** The value of a stored array: scalars become plain values, arrays stay. */
export function decodeMetadataValue(stored: NDArray): MetadataValue {
  const { dtype, shape, data } = stored;
  // An enumeration keeps the names of its values, which a plain number could not.
  if (shape.length > 0 || stored.enumMembers !== undefined) return stored;
  const value: unknown = data[0];
  if (dtype === "bool") return value !== 0;
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value === "string") return decodeScalarText(value);
  return dtype === "complex64" || dtype === "complex128" ? stored : Number(value);
}

function decodeScalarText(text: string): MetadataValue {
  if (text.startsWith(BOOL_VALUE_PREFIX)) return TRUE_WORDS.test(text.slice(BOOL_VALUE_PREFIX.length));
  if (text.startsWith(DATETIME_VALUE_PREFIX)) {
    return parseDateTime(text.slice(DATETIME_VALUE_PREFIX.length)) ?? text;
  }
  return text;
}

/** Values by key, prefixes removed; where `TVB_x` and `x` both exist, `TVB_x` is used for `x`. */
export function decodeMetadata(stored: Iterable<readonly [name: string, value: NDArray]>): Metadata {
  const plain = new Map<string, MetadataValue>();
  const tvb = new Map<string, MetadataValue>();
  for (const [name, value] of stored) {
    const isTvb = name.startsWith(TVB_ATTRIBUTE_PREFIX) && name.length > TVB_ATTRIBUTE_PREFIX.length;
    const key = isTvb ? name.slice(TVB_ATTRIBUTE_PREFIX.length) : name;
    (isTvb ? tvb : plain).set(key, decodeMetadataValue(value));
  }
  // fromEntries defines properties, so the key `__proto__` is not special.
  return Object.fromEntries([...plain, ...tvb]);
}

/** The warning for a node that `setMetadata` created: its name may be misspelled. */
export function placeholderWarning(file: string, path: string): string {
  return `${file}: there was no ${path}, so setMetadata made a dataset of shape (1,) there, as the original does`;
}

/** The dataset that `setMetadata` creates for a missing node: float32, as the original's, where the backend has that. */
export function placeholderData(dtypes: readonly DataType[]): NDArray {
  const dtype = dtypes.includes("float32") ? "float32" : (dtypes[0] ?? "float32");
  return { dtype, shape: [1], data: allocate(dtype, 1) } as NDArray; // `allocate` gave the container of `dtype`
}
