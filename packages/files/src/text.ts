import { FileStructureException } from "@tvb-storage/errors";

// Texts in files are UTF-8, and where they are not, their bytes must survive. As with Python's error handler
// "surrogateescape" (PEP 383), a byte b that is not part of valid UTF-8 is the lone surrogate U+DC00 + b.

const ENCODER = /* @__PURE__ */ new TextEncoder();
/** Without `ignoreBOM` the decoder would remove a leading U+FEFF, which is a character of the text here. */
const DECODER = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Up to this length, a loop over ASCII is faster than the decoder. */
const SHORT_BYTES = 8;
const ESCAPE_BASE = 0xdc00;
const SURROGATE_UNIT = /[\ud800-\udfff]/;
const UNUSUAL_UNIT = /[\0\ud800-\udfff]/;
/** Surrogates that are not of a pair. */
const LONE_SURROGATE = /\p{Surrogate}/u;
const ESCAPED_BYTES = /[\udc80-\udcff]+/gu;
const NO_BYTE = /[\ud800-\udc7f\udd00-\udfff]/u;

/** The text of UTF-8 bytes; each byte that is not part of valid UTF-8 becomes the lone surrogate U+DC00 + byte. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length <= SHORT_BYTES) {
    let text = "";
    for (let at = 0; ; at++) {
      const byte = bytes[at];
      if (byte === undefined) return text;
      if (byte > 0x7f) break;
      text += String.fromCharCode(byte);
    }
  }
  try {
    return DECODER.decode(bytes);
  } catch {
    return decodeEscaping(bytes);
  }
}

/** Valid parts are decoded; bytes between them are escaped. */
function decodeEscaping(bytes: Uint8Array): string {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    if (at > start) parts.push(DECODER.decode(bytes.subarray(start, at)));
    parts.push(String.fromCharCode(ESCAPE_BASE + (bytes[at] ?? 0)));
    at += 1;
    start = at;
  }
  if (start < bytes.length) parts.push(DECODER.decode(bytes.subarray(start)));
  return parts.join("");
}

/** Bytes of the character that begins at `at`; 0 where no valid one does (Unicode, table 3-7). */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0xff;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  // Values below have shorter forms; surrogates and values above U+10FFFF are not characters.
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[at + 1] ?? 0;
  if (second < lowest || second > highest) return 0;
  for (let next = at + 2; next < at + length; next++) {
    if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/**
 * The bytes of a text; `decodeText` returns the same text from them.
 *
 * @throws FileStructureException a lone surrogate that is no escaped byte, or
 *   escaped bytes that would be read back as characters.
 */
export function encodeText(text: string): Uint8Array {
  if (!SURROGATE_UNIT.test(text) || !LONE_SURROGATE.test(text)) return ENCODER.encode(text);
  const reason = misfit(text);
  if (reason !== undefined) throw new FileStructureException(`the text ${reason} and cannot be stored`);
  return encodeEscaped(text);
}

/** Lone surrogates from U+DC80 to U+DCFF become bytes, all else UTF-8. */
function encodeEscaped(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let end = 0;
  const put = (part: string): void => {
    end += ENCODER.encodeInto(part, bytes.subarray(end)).written;
  };
  let start = 0;
  for (const { 0: escaped, index } of text.matchAll(ESCAPED_BYTES)) {
    put(text.slice(start, index));
    bytes.set(escapedBytes(escaped), end);
    end += escaped.length;
    start = index + escaped.length;
  }
  put(text.slice(start));
  return bytes.subarray(0, end);
}

function escapedBytes(escaped: string): Uint8Array {
  return Uint8Array.from(escaped, (unit) => unit.charCodeAt(0) - ESCAPE_BASE);
}

/** Why `decodeText` would not return the same text, and at which position; undefined where it would. */
function misfit(text: string): string | undefined {
  const half = NO_BYTE.exec(text);
  if (half !== null) return `has half of a surrogate pair, which has no UTF-8, at position ${half.index}`;
  // Escaped bytes can only combine with each other: the characters around them are complete.
  for (const { 0: escaped, index } of text.matchAll(ESCAPED_BYTES)) {
    const read = decodeText(escapedBytes(escaped));
    if (read !== escaped) {
      return `has escaped bytes at position ${index} that would be read back as ${JSON.stringify(read)}`;
    }
  }
  return undefined;
}

/**
 * Refuses text that could not be read back as it is. Bytes that are not UTF-8,
 * escaped as `decodeText` does it, can be.
 *
 * @throws FileStructureException a NUL (HDF5 ends a text at its first one), half
 *   of a surrogate pair, or escaped bytes that would be read back as characters;
 *   `what` says where.
 */
export function checkText(text: string, what: () => string): void {
  if (!UNUSUAL_UNIT.test(text)) return;
  const nul = text.indexOf("\0");
  const reason = nul < 0 ? misfit(text) : `has a NUL character at position ${nul}`;
  if (reason !== undefined) throw new FileStructureException(`${what()} ${reason} and cannot be stored`);
}

/** Whether a text contains bytes that are not UTF-8, escaped by `decodeText`. */
export function hasEscapedBytes(text: string): boolean {
  return SURROGATE_UNIT.test(text) && LONE_SURROGATE.test(text);
}
