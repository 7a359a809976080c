import { FileStructureException } from "@tvb-storage/errors";
import { quoted, type XmlMetadata } from "@tvb-storage/files";
import { argumentMessage } from "@tvb-storage/files/internal";
import { parseMetadata } from "./metadata-parser.js";
import { decodeXml } from "./xml-encoding.js";
import { tooManyBytes, type XmlLimits } from "./xml-limits.js";
import { positionAfter } from "./xml-position.js";

/** The dictionary of a document. `source` names it in errors. Throws as `XMLReader.parse` does. */
export function parseXml(
  document: string | Uint8Array,
  limits: Required<XmlLimits>,
  source: string,
): XmlMetadata {
  const size = sizeOf(document);
  if (size > limits.bytes) throw tooManyBytes(source, size, limits.bytes);
  const pieces = typeof document === "string" ? wellFormed(document, source) : decodeXml(document, source);
  return parseMetadata(pieces, limits, source);
}

function sizeOf(document: unknown): number {
  if (document instanceof Uint8Array) return document.length;
  if (typeof document === "string") return utf8Length(document);
  throw new FileStructureException(argumentMessage("an XML document", "a string or bytes", quoted(document)));
}

/** Without making the bytes: the document may be far beyond the limit. */
function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) length += 1;
    // Each half of a surrogate pair counts 2 of the character's 4 bytes.
    if (code > 0x7ff && (code < 0xd800 || code > 0xdfff)) length += 1;
  }
  return length;
}

/** A text without its byte order mark. Half of a surrogate pair is refused: saxes would take it for a character. */
function wellFormed(document: string, source: string): readonly string[] {
  const text = document.replace(/^\ufeff/, "");
  const half = /\p{Surrogate}/u.exec(text);
  if (half !== null)
    throw new FileStructureException(
      `${source}, ${positionAfter(text.slice(0, half.index))}: half of a surrogate pair`,
    );
  return [text];
}
