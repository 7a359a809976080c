import { FileStructureException } from "@tvb-storage/errors";
import { findBareAmpersand } from "./bare-ampersand.js";
import { NamespaceParser } from "./namespace-parser.js";
import type { XmlLimits } from "./xml-limits.js";
import { XmlPosition } from "./xml-position.js";

/**
 * What is left of a document after the check: its elements and the character
 * data of those that have no elements in them. Without declaration, comments,
 * processing instructions, attributes, and text beside elements.
 */
export interface CheckedXml {
  /** A document of the elements `<e0>`, `<e1>`, ... with all text in CDATA sections, to be read with `originalText`. */
  readonly text: string;
  /** `names[n]` is the name that the element `<en>` has in the document. */
  readonly names: readonly string[];
}

// What a CDATA section cannot hold or the parser would change, by characters that no document can contain.
const CARRIAGE_RETURN = "\ufffe";
const SECTION_END = "\uffff";

/** The text of a CDATA section of `CheckedXml` as it is in the document. */
export function originalText(section: string): string {
  return section.replaceAll(SECTION_END, "]]>").replaceAll(CARRIAGE_RETURN, "\r");
}

const BYTE_ORDER_MARK = "\ufeff";

/** Characters given to the parser at a time, so that a limit ends the work early. */
const PIECE = 64 * 1024;

/**
 * Reads a document by the letter of XML 1.0 and of its namespaces, and reduces
 * it to what a lenient parser cannot get wrong.
 *
 * fast-xml-parser, which builds the tree, accepts much that is malformed, loses
 * its way at a quote in a processing instruction and cuts names at some
 * characters that are letters.
 *
 * @throws FileStructureException malformed, a DOCTYPE, too deep, or too many elements; with line and column.
 */
export function checkXml(
  pieces: Iterable<string>,
  limits: Pick<Required<XmlLimits>, "depth" | "elements">,
  source: string,
): CheckedXml {
  const parser = new NamespaceParser();
  const numbers = new Map<string, number>();
  const output: string[] = [];
  const seen: string[] = [];
  let depth = 0;
  let elements = 0;
  let text = "";
  /** Whether the innermost element has no element so far. */
  let leaf = false;

  const refuse = (problem: string, cause?: unknown): never => {
    const place = `line ${parser.line}, column ${Math.max(parser.column, 1)}`;
    throw new FileStructureException(
      `${source}, ${place}: ${problem}`,
      cause === undefined ? undefined : { cause },
    );
  };
  const element = (name: string): string => {
    let number = numbers.get(name);
    if (number === undefined) {
      // saxes checks how the whole name starts, and not what is behind the prefix.
      if (/:(?:[-.\d\u00b7\u203f\u2040]|[\u0300-\u036f])/.test(name)) refuse(`malformed name: ${name}.`);
      number = numbers.size;
      numbers.set(name, number);
    }
    return `e${number}`;
  };
  const count = (): void => {
    elements += 1;
    if (elements > limits.elements)
      refuse(`there are more elements and attributes than limits.elements allows (${limits.elements})`);
  };
  const characters = (more: string): void => {
    text += more;
  };

  parser.on("error", (error) => {
    const ampersand = /entity|unclosed/.test(error.message) ? findBareAmpersand(seen.join("")) : undefined;
    if (ampersand === undefined) return refuse(error.message.replace(/^\d+:\d+: /, ""), error);
    throw new FileStructureException(
      `${source}, ${ampersand}: an "&" that starts no reference; write "&amp;"`,
      { cause: error },
    );
  });
  parser.on("doctype", () =>
    refuse("a DOCTYPE is not allowed in metadata, since it can define entities; remove it"),
  );
  parser.on("opentag", (tag) => {
    // What is beside elements is dropped.
    text = "";
    leaf = true;
    depth += 1;
    if (depth > limits.depth) refuse(`elements are nested deeper than limits.depth allows (${limits.depth})`);
    count();
    parser.enter(tag);
    output.push(`<${element(tag.name)}>`);
  });
  // Before its tag is done, which may have millions.
  parser.on("attribute", count);
  parser.on("closetag", (tag) => {
    // Nothing is escaped in a CDATA section, so that nothing is to be decoded again.
    if (leaf && text !== "")
      output.push(`<![CDATA[${text.replaceAll("]]>", SECTION_END).replaceAll("\r", CARRIAGE_RETURN)}]]>`);
    text = "";
    leaf = false;
    depth -= 1;
    parser.leave(tag);
    output.push(`</${element(tag.name)}>`);
  });
  parser.on("text", characters);
  parser.on("cdata", characters);

  for (const part of pieces) {
    // saxes would skip it.
    if (parser.position === 0 && part.startsWith(BYTE_ORDER_MARK))
      refuse("a second byte order mark; a document has one at most");
    for (const piece of wholeCharacters(part, source)) {
      seen.push(piece);
      parser.write(piece);
    }
  }
  parser.close();
  return { text: output.join(""), names: [...numbers.keys()] };
}

/** `text` in pieces that do not cut a surrogate pair; half of one, which saxes would take for a character, is refused. */
function* wholeCharacters(text: string, source: string): Generator<string> {
  const lone = /\p{Surrogate}/u.exec(text);
  if (lone !== null) {
    const position = new XmlPosition();
    position.advance(text.slice(0, lone.index));
    throw new FileStructureException(`${source}, ${position}: half of a surrogate pair`);
  }
  for (let at = 0; at < text.length; ) {
    let end = at + PIECE;
    if (isHighSurrogate(text.charCodeAt(end - 1))) end += 1;
    yield text.slice(at, end);
    at = end;
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
