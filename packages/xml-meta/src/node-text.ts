import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { argumentMessage } from "@tvb-storage/files/internal";

/** What is white space for Python's `str.strip`; `trim` differs in U+0085, U+001C to U+001F and U+FEFF. */
const SPACES = /* @__PURE__ */ new Set(
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a" +
    "\u2028\u2029\u202f\u205f\u3000",
);

/** `text` without the white space at both ends, as Python's `strip` leaves it. */
export function stripText(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACES.has(text.charAt(start))) start += 1;
  while (end > start && SPACES.has(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** Values of `Node.nodeType` in the DOM. */
const TEXT_NODE = 3;
const CDATA_SECTION_NODE = 4;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return isObject(value) && Symbol.iterator in value;
}

/** The text directly in one child of an element; nothing for elements, comments and instructions. */
function ownText(child: unknown): string {
  if (!isObject(child)) return "";
  if (typeof child["#text"] === "string") return child["#text"];
  if (isIterable(child["#cdata"])) return joinText(child["#cdata"]);
  if (child["nodeType"] === TEXT_NODE || child["nodeType"] === CDATA_SECTION_NODE)
    return String(child["nodeValue"] ?? "");
  return "";
}

function joinText(children: Iterable<unknown>): string {
  let text = "";
  for (const child of children) text += ownText(child);
  return text;
}

/**
 * The text and CDATA directly in an element, joined and trimmed. `node` is a DOM
 * element, the children of an element as fast-xml-parser gives them with
 * `preserveOrder`, or the text itself.
 *
 * @throws FileStructureException anything else.
 */
export function nodeText(node: unknown): string {
  if (typeof node === "string") return stripText(node);
  if (isObject(node) && isIterable(node["childNodes"])) return stripText(joinText(node["childNodes"]));
  if (isIterable(node)) return stripText(joinText(node));
  if (isObject(node) && ("#text" in node || "#cdata" in node || "nodeType" in node))
    return stripText(ownText(node));
  throw new FileStructureException(
    argumentMessage("the node of getNodeText", "an element or text", quoted(node)),
  );
}
