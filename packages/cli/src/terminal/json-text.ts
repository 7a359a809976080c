/** What JSON leaves as it is, but a terminal does not. */
const UNESCAPED = /[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * A value as JSON of one line, or indented. What JSON has no number for is text: `"NaN"`, `"Infinity"`, `"-Infinity"`,
 * and whole numbers beyond 2^53, such as `"9223372036854775807"`, which other readers would round. Typed arrays are lists.
 */
export function jsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, asJson, indent).replace(
    UNESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function asJson(_key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as never) : value;
}
