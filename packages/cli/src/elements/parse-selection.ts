import { type Selection, type Slice, slice } from "@tvb-storage/core";
import { quoted } from "@tvb-storage/files";
import { UsageError } from "../usage-error.js";

const ALLOWED =
  'allowed are an index (3, -1), a range (2:10, ::2), a whole axis (:) and "..." for the axes that are not named, ' +
  'with commas between them: "0:10, :, 3"';

function failure(text: string, at: number, what: string): UsageError {
  return new UsageError(`--select ${quoted(text)}: ${what} at character ${at + 1}; ${ALLOWED}`);
}

/**
 * numpy's basic indexing as text, for an array of so many axes. Whether indices are in range is the array's to say.
 *
 * @throws UsageError something else; says where and what is allowed.
 */
export function parseSelection(text: string, axes: number): Selection {
  if (text.trim() === "") return [];
  const entries: (number | null | Slice | "...")[] = [];
  const parts = text.split(",");
  if (parts.length > 1 && parts.at(-1)?.trim() === "") parts.pop(); // as Python allows in a[0,]
  let at = 0;
  for (const part of parts) {
    entries.push(parseEntry(text, part, at));
    at += part.length + 1;
  }
  const ellipsis = entries.indexOf("...");
  if (ellipsis !== entries.lastIndexOf("..."))
    throw failure(text, text.lastIndexOf("..."), 'a second "..." is');
  const given = entries.filter((entry) => entry !== "...");
  if (ellipsis < 0) return given;
  const unnamed = Array.from({ length: Math.max(0, axes - given.length) }, () => null);
  return [...given.slice(0, ellipsis), ...unnamed, ...given.slice(ellipsis)];
}

function parseEntry(text: string, part: string, start: number): number | null | Slice | "..." {
  const at = start + part.length - part.trimStart().length;
  const entry = part.trim();
  if (entry === "") throw failure(text, start, "nothing is");
  if (entry === "...") return "...";
  const bounds = entry.split(":");
  if (bounds.length > 3) throw failure(text, at, `${quoted(entry)}, which has more than two colons, is`);
  const numbers = bounds.map((bound) => parseNumber(text, bound.trim(), at, entry));
  const [first = null, stop = null, step = null] = numbers;
  if (bounds.length === 1 && first !== null) return first;
  if (step !== null && step < 1)
    throw failure(text, at, `the step ${step}, which must be at least 1 (reverse the result instead), is`);
  return slice(first, stop, step);
}

function parseNumber(text: string, bound: string, at: number, entry: string): number | null {
  if (bound === "") return null;
  const value = /^[+-]?\d+$/.test(bound) ? Number(bound) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw failure(text, at, `${quoted(entry)} is`);
  return value;
}
