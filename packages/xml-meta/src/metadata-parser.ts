import { FileStructureException } from "@tvb-storage/errors";
import type { XmlMetadata } from "@tvb-storage/files";
import { findBareAmpersand } from "./bare-ampersand.js";
import { NamespaceParser } from "./namespace-parser.js";
import { stripText } from "./node-text.js";
import type { XmlLimits } from "./xml-limits.js";

const BYTE_ORDER_MARK = "\ufeff";

/** What the part of a name after its prefix cannot start with: saxes checks only the start of the whole name. */
const NO_NAME_START = /^(?:[-.\d\u00b7\u203f\u2040]|[\u0300-\u036f])/;

/**
 * The dictionary of a document, read strictly by XML 1.0 and its namespaces:
 * what is in the root, by element name. `source` names the document in errors.
 *
 * @throws FileStructureException malformed, a DOCTYPE, too deep, or too many elements; with line and column.
 */
export function parseMetadata(
  pieces: Iterable<string>,
  limits: Pick<Required<XmlLimits>, "depth" | "elements">,
  source: string,
): XmlMetadata {
  const parser = new NamespaceParser();
  const seen: string[] = [];
  /** The elements that ended, as names and values: one list for the document, then one for each open element. */
  const ended: [name: string, value: string | XmlMetadata][][] = [[]];
  /** Text and CDATA since the last tag, which at the end of an element without elements is all of its text. */
  let text = "";
  let elements = 0;

  const refuse = (problem: string, cause?: unknown): never => {
    const position = `line ${parser.line}, column ${Math.max(parser.column, 1)}`;
    throw new FileStructureException(
      `${source}, ${position}: ${problem}`,
      cause === undefined ? undefined : { cause },
    );
  };
  const count = (): void => {
    elements += 1;
    if (elements > limits.elements)
      refuse(`there are more elements and attributes than limits.elements allows (${limits.elements})`);
  };
  const addText = (more: string): void => {
    text += more;
  };

  parser.on("error", (error) => {
    const ampersand = /entity|unclosed/.test(error.message)
      ? findBareAmpersand(seen.join(""), parser.position)
      : undefined;
    if (ampersand === undefined) return refuse(error.message.replace(/^\d+:\d+: /, ""), error);
    throw new FileStructureException(
      `${source}, ${ampersand}: an "&" that starts no reference; write "&amp;"`,
      { cause: error },
    );
  });
  parser.on("doctype", () =>
    refuse("a DOCTYPE is not allowed in metadata, since it can define entities; remove it"),
  );
  // At each attribute, since one tag can have millions.
  parser.on("attribute", count);
  parser.on("opentag", (tag) => {
    if (ended.length > limits.depth)
      refuse(`elements are nested deeper than limits.depth allows (${limits.depth})`);
    count();
    if (tag.prefix !== "" && NO_NAME_START.test(tag.local)) refuse(`malformed name: ${tag.name}.`);
    parser.enter(tag);
    ended.push([]);
    text = "";
  });
  parser.on("closetag", (tag) => {
    parser.leave(tag);
    const children = ended.pop() ?? [];
    // Unlike an assignment, this makes an ordinary key of `__proto__`.
    const value = children.length === 0 ? stripText(text) : Object.fromEntries(children);
    ended.at(-1)?.push([tag.name, value]);
    text = "";
  });
  parser.on("text", addText);
  parser.on("cdata", addText);

  for (const piece of pieces) {
    // saxes would ignore it.
    if (parser.position === 0 && piece.startsWith(BYTE_ORDER_MARK))
      refuse("a second byte order mark; a document has one at most");
    seen.push(piece);
    parser.write(piece);
  }
  parser.close();
  const root = ended[0]?.[0]?.[1];
  return typeof root === "object" ? root : {};
}
