import { type DateTime, isDataType, type MetadataInput, ndarray } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { parseDateTime } from "@tvb-storage/files/internal";
import { UsageError } from "../usage-error.js";
import { VALUE_TYPES } from "./value-types.js";

const NUMBER_WORDS: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};

/**
 * The value that a text on the command line means: of the type that is named, else what it is as JSON, else the text.
 * JSON objects are text, as TVB keeps them.
 *
 * @throws UsageError the text is no value of the type.
 */
export function parseValue(text: string, type: string | undefined): MetadataInput {
  switch (type) {
    case undefined: {
      const value = parseJson(text);
      return value === undefined || isObject(value) ? text : (value as MetadataInput); // it is checked when it is encoded
    }
    case "text":
      return text;
    case "json": {
      const value = parseJson(text);
      if (value === undefined || isObject(value))
        throw notOf(text, type, "a JSON number, text, boolean or list of one kind of them");
      return value as MetadataInput; // it is checked when it is encoded
    }
    case "int":
      if (!/^[+-]?\d+$/.test(text)) throw notOf(text, type, "a whole number");
      return BigInt(text.replace(/^\+/, ""));
    case "float": {
      const value = numberOf(text);
      if (value === undefined) throw notOf(text, type, "a number, nan, inf or -inf");
      // A whole number alone would become an int64.
      return ndarray(value, { dtype: "float64" });
    }
    case "bool":
      if (!/^(true|false)$/i.test(text)) throw notOf(text, type, "true or false");
      return text.toLowerCase() === "true";
    case "date":
      return parseDate(text);
    default:
      return parseElements(text, type);
  }
}

function parseElements(text: string, type: string): MetadataInput {
  if (!isDataType(type))
    throw new UsageError(`there is no type ${quoted(type)}; there are ${VALUE_TYPES.join(", ")}`);
  const value = numberOf(text) === undefined || /^[+-]?\d+$/.test(text) ? parseJson(text) : numberOf(text);
  if (value === undefined) throw notOf(text, type, "a number, or a JSON list of them");
  try {
    return ndarray(value as number, { dtype: type }); // `ndarray` checks what it is given
  } catch (error) {
    if (!isTVBException(error)) throw error;
    throw new UsageError(`${quoted(text)} is no value of type ${type}: ${error.message}`);
  }
}

function parseDate(text: string): DateTime {
  const normal = text.trim().replace("T", " ");
  const date = parseDateTime(/^\d{4}-\d{1,2}-\d{1,2}$/.test(normal) ? `${normal} 00:00:00` : normal);
  if (date === undefined)
    throw notOf(text, "date", "YYYY-MM-DD HH:MM:SS.ffffff, or a part of it from the left");
  return date;
}

function numberOf(text: string): number | undefined {
  const word = NUMBER_WORDS[text.toLowerCase()];
  if (word !== undefined) return word;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** A whole number that a double would round. */
const LONG_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;
const MARK = "\u0000whole number ";

/** The JSON value of a text; undefined where it is none. In one with long whole numbers all numbers are bigints. */
function parseJson(text: string): unknown {
  let hasLong = false;
  const marked = text.replace(LONG_NUMBER, (part) => {
    if (part.startsWith('"')) return part;
    hasLong = true;
    return JSON.stringify(MARK + part);
  });
  try {
    return JSON.parse(marked, (_key, value: unknown) => {
      if (!hasLong) return value;
      if (typeof value === "string" && value.startsWith(MARK)) return BigInt(value.slice(MARK.length));
      return Number.isSafeInteger(value) ? BigInt(value as number) : value; // it is a number
    });
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notOf(text: string, type: string, expected: string): UsageError {
  return new UsageError(`${quoted(text)} is no value of type ${type}; expected ${expected}`);
}
