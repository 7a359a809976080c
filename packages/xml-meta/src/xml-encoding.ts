import { FileStructureException } from "@tvb-storage/errors";
import { positionAfter } from "./xml-position.js";

/** Bytes decoded at a time, so that a bad document is refused before all of it is decoded. */
const PIECE = 64 * 1024;

/** The declaration is ASCII in every encoding that is not found by its first bytes (XML 1.0, appendix F). */
const DECLARED = /^<\?xml[^>]*?[\t\n\r ]encoding[\t\n\r ]*=[\t\n\r ]*["']([A-Za-z][A-Za-z0-9._-]*)["']/;

const GREATER_THAN = 0x3e;

/** Byte order marks, and the first two characters of a document in UTF-16 without one. */
const SIGNATURES: readonly { readonly bytes: readonly number[]; readonly encoding: string }[] = [
  { bytes: [0xff, 0xfe, 0, 0], encoding: "utf-32" },
  { bytes: [0, 0, 0xfe, 0xff], encoding: "utf-32" },
  { bytes: [0xef, 0xbb, 0xbf], encoding: "utf-8" },
  { bytes: [0xfe, 0xff], encoding: "utf-16be" },
  { bytes: [0xff, 0xfe], encoding: "utf-16le" },
  { bytes: [0, 0x3c, 0, 0x3f], encoding: "utf-16be" },
  { bytes: [0x3c, 0, 0x3f, 0], encoding: "utf-16le" },
];

interface Decoder {
  /** Throws a TypeError where the bytes are not of the encoding. */
  decode(bytes: Uint8Array, stream: boolean): string;
}

/** Code points of windows-1252 for the bytes 0x80 to 0x9f; those that it does not assign are controls (WHATWG). */
const WINDOWS_1252 =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
  "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

/**
 * Bytes that are code points. TextDecoder has no such encoding: it decodes
 * iso-8859-1 as windows-1252, and Node 20 decodes windows-1252 as iso-8859-1.
 */
function byteDecoder(limit: number, finish = (text: string) => text): Decoder {
  return {
    decode(bytes) {
      let text = "";
      for (let at = 0; at < bytes.length; at += 8192) {
        const codes = bytes.subarray(at, at + 8192);
        if (codes.some((code) => code >= limit)) throw new TypeError(`a byte of ${limit} or more`);
        text += String.fromCharCode(...codes);
      }
      return finish(text);
    },
  };
}

const windows1252 = (text: string) =>
  text.replace(/[\u0080-\u009f]/g, (control) => WINDOWS_1252.charAt(control.charCodeAt(0) - 0x80));

function textDecoder(encoding: string, source: string): Decoder {
  try {
    const decoder = new TextDecoder(encoding, { fatal: true });
    return { decode: (bytes, stream) => decoder.decode(bytes, { stream }) };
  } catch (error) {
    throw new FileStructureException(
      `${source}, line 1, column 1: the document is in encoding "${encoding}", which is not known here; save it as UTF-8`,
      { cause: error },
    );
  }
}

function decoderFor(encoding: string, source: string): Decoder {
  switch (encoding) {
    case "iso-8859-1":
    case "iso_8859-1":
    case "latin1":
    case "latin-1":
    case "l1":
      return byteDecoder(0x100);
    case "us-ascii":
    case "ascii":
      return byteDecoder(0x80);
    case "windows-1252":
    case "cp1252":
      return byteDecoder(0x100, windows1252);
    default:
      return textDecoder(encoding, source);
  }
}

function encodingOf(bytes: Uint8Array, source: string): string {
  const signature = SIGNATURES.find((one) => one.bytes.every((byte, index) => bytes[index] === byte));
  if (signature !== undefined) return signature.encoding;
  const declared = declaredEncoding(bytes) ?? "utf-8";
  // A declaration that can be read byte by byte is not in UTF-16.
  if (declared.startsWith("utf-16"))
    throw new FileStructureException(
      `${source}, line 1, column 1: the document declares encoding "${declared}" but is not in it`,
    );
  return declared;
}

/** The encoding that the XML declaration names, in lower case. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const start = bytes.subarray(0, 1024);
  // Only the declaration itself is decoded.
  const end = start.indexOf(GREATER_THAN);
  const declaration = byteDecoder(0x100).decode(end < 0 ? start : start.subarray(0, end), false);
  return DECLARED.exec(declaration)?.[1]?.toLowerCase();
}

/**
 * The text of a document in pieces, without its byte order mark. The encoding is that of the byte order
 * mark, else that of the XML declaration, else UTF-8.
 *
 * @throws FileStructureException an unknown encoding, or bytes that are not of it, with line and column.
 */
export function* decodeXml(bytes: Uint8Array, source: string): Generator<string> {
  const encoding = encodingOf(bytes, source);
  const decoder = decoderFor(encoding, source);
  for (let at = 0; at < bytes.length; at += PIECE) {
    const end = at + PIECE;
    let text: string;
    try {
      text = decoder.decode(bytes.subarray(at, end), end < bytes.length);
    } catch (error) {
      const position = positionOfBadByte(bytes.subarray(0, end), at, decoderFor(encoding, source));
      throw new FileStructureException(`${source}, ${position}: a byte that is not ${encoding}`, {
        cause: error,
      });
    }
    yield text;
  }
}

/** Where decoding fails, known to be at `from` or later: a decoder says only that it failed. */
function positionOfBadByte(bytes: Uint8Array, from: number, decoder: Decoder): string {
  let text = decoder.decode(bytes.subarray(0, from), true);
  try {
    for (let at = from; at < bytes.length; at++) text += decoder.decode(bytes.subarray(at, at + 1), true);
  } catch {
    // The text before the bad byte is complete. Without an exception the bytes end in the middle of a character.
  }
  return positionAfter(text);
}
