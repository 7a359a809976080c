import { FileStructureException } from "@tvb-storage/errors";
import { formatDateTime, isDate } from "@tvb-storage/files/internal";
import { pythonNumber } from "./python-number.js";

/** Deeper values are refused, so that a cycle gives a clear error and not a stack overflow. */
const MAX_DEPTH = 256;

/**
 * A list or dictionary as Python's `json.dumps` writes it: `, ` and `: ` between
 * the parts, everything beyond ASCII escaped, `NaN` and `Infinity` as words.
 * Typed arrays are lists; a date is the same text as outside of a list.
 *
 * @throws FileStructureException a value that JSON cannot hold; `where` and the keys that lead to it are named.
 */
export function jsonText(value: unknown, where: string, depth = 0): string {
  if (depth > MAX_DEPTH)
    throw new FileStructureException(
      `${where}: nested deeper than ${MAX_DEPTH} levels; does it contain itself?`,
    );
  switch (typeof value) {
    case "string":
      return jsonString(value);
    case "number":
      return jsonNumber(value);
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      return value === null ? "null" : jsonObject(value, where, depth);
    default:
      throw new FileStructureException(
        `${where}: ${typeof value} cannot be written to XML; leave the key out or use null`,
      );
  }
}

function jsonObject(value: object, where: string, depth: number): string {
  if (isDate(value)) return jsonString(dateText(value, where));
  if (Array.isArray(value) || isTypedArray(value))
    return `[${Array.from(value, (item, index) => jsonText(item, `${where}[${index}]`, depth + 1)).join(", ")}]`;
  if (!isPlainObject(value))
    throw new FileStructureException(
      `${where}: an object of class ${value.constructor?.name ?? "?"} cannot be written to XML; ` +
        "use text, numbers, booleans, null, dates, lists and plain objects",
    );
  const members = Object.entries(value).map(
    ([key, item]) => `${jsonString(key)}: ${jsonText(item, `${where}.${key}`, depth + 1)}`,
  );
  return `{${members.join(", ")}}`;
}

/** A date as Python's `str` gives it: without a fraction where the microseconds are 0. */
export function dateText(date: Date, where: string): string {
  try {
    return formatDateTime(date).replace(/\.0{6}$/, "");
  } catch (error) {
    throw new FileStructureException(`${where}: the date cannot be written: ${String(date)}`, {
      cause: error,
    });
  }
}

function isTypedArray(value: object): value is object & Iterable<number | bigint> {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object of another realm has another Object.prototype, whose own prototype is null as well.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function jsonNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value < 0 ? "-Infinity" : "Infinity";
  return pythonNumber(value);
}

function jsonString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
