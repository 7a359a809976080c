import { quoted } from "@tvb-storage/files";
import { errorMessage } from "@tvb-storage/files/internal";

// JSON whose numbers keep what they are: `3` is an integer of any size (a bigint), `3.0` a float. Python's json reads
// and writes them so; JSON.parse makes both the number 3, and rounds beyond 2^53.

/** A value of JSON: integers are bigints, other numbers are numbers. */
export type Json =
  | null
  | boolean
  | string
  | number
  | bigint
  | readonly Json[]
  | JsonObject
  | JsonEntries
  | JsonDocument;

/** An entry of an object, which keeps its text: it is formatted again and again, in every commit. */
export class JsonEntry {
  #text: string | undefined;

  constructor(
    readonly name: string,
    readonly value: Json,
  ) {}

  get text(): string {
    this.#text ??= `${JSON.stringify(this.name)}:${formatJson(this.value)}`;
    return this.#text;
  }
}

/** An object of very many entries, to be formatted: a list of them is made much faster. */
export class JsonEntries {
  constructor(readonly entries: readonly JsonEntry[]) {}
}

/**
 * An object that is a document, and a part of the document at the root: both have the same text, which is made once. It is
 * an entry a line.
 */
export class JsonDocument {
  #text: string | undefined;

  constructor(readonly json: JsonObject | JsonEntries) {}

  get text(): string {
    this.#text ??= `{\n ${entryTexts(this.json).join(",\n ")}\n}`;
    return this.#text;
  }
}

export interface JsonObject {
  readonly [name: string]: Json;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof JsonEntries) &&
    !(value instanceof JsonDocument)
  );
}

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true });

/** Where texts begin, and numbers. Python's json writes NaN and infinities, too, so xarray's attributes have them. */
const TOKENS = /"|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** As deep as Python's json reads; what is deeper would not fit on the stack. */
const MAX_DEPTH = 900;
const INTEGER = /^-?\d+$/;

/** @throws SyntaxError the text is no JSON. */
function parseJson(text: string): Json {
  try {
    return unmarked(JSON.parse(marked(text)) as unknown, 0);
  } catch (error) {
    throw new SyntaxError(`no JSON (${quoted(text.slice(0, 40))} ...): ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

/** In front of what was a number, and of a text that begins with one of these itself, or with an escape that may be one. */
const [NUMBER, TEXT] = ["#", "'"] as const;

/** Each number becomes a text with a mark: then JSON.parse loses nothing. */
function marked(text: string): string {
  const pieces: string[] = [];
  let done = 0;
  TOKENS.lastIndex = 0;
  for (let token = TOKENS.exec(text)?.[0]; token !== undefined; token = TOKENS.exec(text)?.[0]) {
    const end = TOKENS.lastIndex;
    if (token === '"') {
      const first = text[end];
      TOKENS.lastIndex = endOfText(text, end);
      if (first !== NUMBER && first !== TEXT && first !== "\\") continue;
      pieces.push(text.slice(done, end), TEXT);
      done = end;
    } else {
      pieces.push(text.slice(done, end - token.length), `"${NUMBER}${token}"`);
      done = end;
    }
  }
  return pieces.join("") + text.slice(done);
}

/** Behind the quotation mark that ends a text; no expression finds it in one of many megabytes. */
function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (before > start && text[before - 1] === "\\") before--;
    if ((at - before) % 2 === 0) return at + 1;
  }
  return text.length;
}

/** Changes what JSON.parse made, and nobody else has. */
function unmarked(value: unknown, depth: number): Json {
  if (typeof value === "string") {
    if (value.startsWith(NUMBER)) return numberOf(value.slice(1));
    return value.startsWith(TEXT) ? value.slice(1) : value;
  }
  if (depth > MAX_DEPTH) throw new SyntaxError(`it is nested more than ${MAX_DEPTH} deep`);
  if (typeof value !== "object" || value === null) return value as null | boolean; // what else JSON has
  // Its own properties, `__proto__` among them, which are set as they are in a list.
  const own = value as Record<string, unknown>;
  const names = Object.keys(own);
  for (const name of names) own[name] = unmarked(own[name], depth + 1);
  const isNamed =
    Array.isArray(value) || !names.some((name) => name.startsWith(NUMBER) || name.startsWith(TEXT));
  return isNamed ? (value as Json) : withNames(own); // all in it is Json now
}

function withNames(own: Record<string, unknown>): JsonObject {
  const entries = Object.entries(own).map(([name, each]) => {
    if (name.startsWith(NUMBER)) throw new SyntaxError("a name is a number");
    return [name.startsWith(TEXT) ? name.slice(1) : name, each as Json] as const; // by `unmarked`
  });
  // fromEntries defines properties, so the name `__proto__` is not special.
  return Object.fromEntries(entries);
}

function numberOf(token: string): number | bigint {
  // Python writes -0.0 as a float; an integer has no -0.
  return INTEGER.test(token) ? BigInt(token) : Number(token);
}

/** NaN, which JSON has not, is written as Python's json does. Only values of other programs have it. */
export function formatJson(value: Json): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return formatFloat(value);
  if (Array.isArray(value)) return `[${value.map(formatJson).join(",")}]`;
  if (value instanceof JsonDocument) return value.text;
  if (!(value instanceof JsonEntries) && !isJsonObject(value)) return JSON.stringify(value);
  return `{${entryTexts(value).join(",")}}`;
}

function entryTexts(value: JsonObject | JsonEntries): string[] {
  if (value instanceof JsonEntries) return value.entries.map(({ text }) => text);
  return Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${formatJson(each)}`);
}

function formatFloat(value: number): string {
  // Beyond the range of a float, so that it is read as an infinity, and is JSON.
  if (Math.abs(value) === Number.POSITIVE_INFINITY) return value > 0 ? "1e999" : "-1e999";
  if (!Number.isInteger(value)) return String(value);
  const text = Object.is(value, -0) ? "-0" : String(value);
  return text.includes("e") ? text : `${text}.0`; // 1e21
}

/** The bytes of a document. */
export function formatDocument({ text }: JsonDocument): Uint8Array {
  const bytes = encoder.encode(`${text}\n`);
  if (bytes.length === text.length + 1) return bytes;
  // zarr-python before 3 reads nothing but ASCII. Other characters are in texts only, where they can be escaped.
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return encoder.encode(`${text.replace(/[\u0080-\uffff]/g, escaped)}\n`);
}

/**
 * @throws SyntaxError no JSON, or not an object.
 * @throws TypeError bytes that are not UTF-8.
 */
export function parseDocument(bytes: Uint8Array): JsonObject {
  const value = parseJson(decoder.decode(bytes));
  if (!isJsonObject(value)) throw new SyntaxError(`not a JSON object but ${quoted(value)}`);
  return value;
}
