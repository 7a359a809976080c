import { FileStructureException } from "@tvb-storage/errors";
import type { XmlMetadata } from "@tvb-storage/files";
import { elementTree } from "./element-tree.js";
import { checkXml } from "./strict-check.js";
import { decodeXml } from "./xml-encoding.js";
import { resolveLimits, tooManyBytes, type XmlLimits } from "./xml-limits.js";

/** The dictionary of a document. `source` names it in errors. Throws as `XMLReader.parse` does. */
export function parseXml(
  document: string | Uint8Array,
  limits: XmlLimits | undefined,
  source: string,
): XmlMetadata {
  const resolved = resolveLimits(limits);
  const { bytes, depth } = resolved;
  const size = sizeOf(document);
  if (size > bytes) throw tooManyBytes(source, size, bytes);
  const pieces =
    typeof document === "string" ? [document.replace(/^\ufeff/, "")] : decodeXml(document, source);
  return elementTree(checkXml(pieces, resolved, source), depth, source);
}

function sizeOf(document: unknown): number {
  if (document instanceof Uint8Array) return document.length;
  if (typeof document === "string") return utf8Length(document);
  throw new FileStructureException(`an XML document must be a string or bytes; found ${typeof document}`);
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
