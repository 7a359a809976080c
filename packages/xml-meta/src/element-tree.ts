import { FileStructureException } from "@tvb-storage/errors";
import type { XmlMetadata } from "@tvb-storage/files";
import { XMLParser } from "fast-xml-parser";
import { joinText, stripText } from "./node-text.js";
import { type CheckedXml, originalText } from "./strict-check.js";

/** An element as fast-xml-parser gives it with `preserveOrder`: one key, its name or `#cdata`. */
type ParsedNode = Readonly<Record<string, readonly ParsedNode[]>>;

interface Open {
  readonly children: readonly ParsedNode[];
  readonly target: XmlMetadata;
  next: number;
}

/** The dictionary of a checked document: what is in its root, by element name. */
export function elementTree({ text, names }: CheckedXml, depthLimit: number, source: string): XmlMetadata {
  const root = Object.values(parse(text, depthLimit, source)[0] ?? {})[0] ?? [];
  const metadata: XmlMetadata = {};
  // Not by recursion: the limit of depth is the caller's, that of the stack is not.
  const open: Open[] = [{ children: root, target: metadata, next: 0 }];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const node = top.children[top.next++];
    if (node === undefined) {
      open.pop();
      continue;
    }
    const [element = "", children = []] = Object.entries(node)[0] ?? [];
    if (!isElement(element)) continue;
    const name = names[Number(element.slice(1))] ?? "";
    if (!children.some((child) => isElement(Object.keys(child)[0] ?? ""))) {
      setOwn(top.target, name, stripText(originalText(joinText(children))));
      continue;
    }
    const inner: XmlMetadata = {};
    setOwn(top.target, name, inner);
    open.push({ children, target: inner, next: 0 });
  }
  return metadata;
}

function isElement(key: string): boolean {
  return key.startsWith("e");
}

/** `target[name] = value`, which for `__proto__` would set the prototype instead. The last of equal names wins. */
function setOwn(target: XmlMetadata, name: string, value: string | XmlMetadata): void {
  // Much faster, and the same for names that no prototype has.
  if (!(name in target)) target[name] = value;
  else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

function parse(text: string, depthLimit: number, source: string): readonly ParsedNode[] {
  const parser = new XMLParser({
    preserveOrder: true,
    cdataPropName: "#cdata",
    trimValues: false,
    parseTagValue: false,
    processEntities: false,
    jPath: false,
    maxNestedTags: depthLimit,
  });
  try {
    // fast-xml-parser types its result as `any`; with preserveOrder it is this list.
    return parser.parse(text) as readonly ParsedNode[];
  } catch (error) {
    throw new FileStructureException(`${source} cannot be parsed`, { cause: error });
  }
}
