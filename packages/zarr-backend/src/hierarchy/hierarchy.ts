import { isJsonObject, JsonDocument, JsonEntries, JsonEntry, type JsonObject } from "../json/exact-json.js";
import type { ArrayLayout, UnreadableArray } from "../metadata/array-layout.js";
import { type Attributes, parseAttributes } from "../metadata/attribute-json.js";
import { parseLayout } from "../metadata/parse-layout.js";

// The nodes of a hierarchy, from the documents that describe them and back.

/** What this package keeps of a dataset, besides what Zarr has. */
export interface DatasetRecord {
  /** Of this dataset alone: one that takes its path later has another. */
  readonly id: string;
  /** The axis along which it may grow; any of an array that another program made. */
  readonly grow?: number | "any";
  /** Its chunks were chosen here, so that they may be made longer as it grows, and a copy need not have them. */
  readonly fit?: boolean;
  /** Its chunks are still under these keys, and not under its own: a commit that is not over. */
  readonly staged?: string;
  /** It was made without elements, and writers of regions put its chunks: some may be missing. */
  readonly incomplete?: boolean;
}

export interface ZarrNode {
  readonly attributes: Attributes;
  /** Attributes that are the format's own. */
  readonly hidden: JsonObject;
  readonly array?: ArrayLayout | UnreadableArray;
  /** Undefined for an array that another program made. */
  readonly record?: DatasetRecord;
  /** Other fields of a group's document. */
  readonly group?: JsonObject;
}

/** By their paths, `/` among them. */
export type ZarrNodes = ReadonlyMap<string, ZarrNode>;

/** Names of documents, which no node may have. */
export const DOCUMENTS: Readonly<Record<2 | 3, readonly string[]>> = {
  2: [".zgroup", ".zarray", ".zattrs", ".zmetadata"],
  3: ["zarr.json"],
};
/** In version 2 an attribute has the names of axes, as xarray reads them. */
export const DIMENSIONS = "_ARRAY_DIMENSIONS";
export const HIDDEN: Readonly<Record<2 | 3, ReadonlySet<string>>> = {
  2: new Set([DIMENSIONS]),
  3: new Set(),
};

/** What the keys of a node begin with: nothing for the root, `a/b/` for `/a/b`. */
export function keyOf(path: string): string {
  return path === "/" ? "" : `${path.slice(1)}/`;
}

/** Longer than any store takes. Each `/` is a group, so that what is read of a key grows with its square. */
export const MAX_KEY_LENGTH = 4096;

/**
 * The path of the node that a document describes.
 *
 * @throws RangeError a key that could lead out of the hierarchy.
 */
function pathOfDocument(key: string): string {
  if (key.length > MAX_KEY_LENGTH)
    throw new RangeError(`it has a key of ${key.length} characters, more than ${MAX_KEY_LENGTH}`);
  const parts = key.split("/").slice(0, -1);
  if (parts.some((part) => part === "" || part === "." || part === ".." || part.includes("\0")))
    throw new RangeError(`its metadata has the key ${JSON.stringify(key)}`);
  return `/${parts.join("/")}`;
}

/**
 * The nodes that documents describe, by the keys of the documents. Groups without a document of their own are there, too.
 *
 * @throws Error damaged documents.
 */
export function parseNodes(documents: ReadonlyMap<string, JsonObject>, format: 2 | 3): Map<string, ZarrNode> {
  const nodes = new Map<string, ZarrNode>();
  for (const [key, json] of documents) {
    const name = key.slice(key.lastIndexOf("/") + 1);
    const path = pathOfDocument(key);
    if (format === 3 && name === "zarr.json") nodes.set(path, nodeOfVersion3(json));
    else if (format === 2 && (name === ".zarray" || name === ".zgroup"))
      nodes.set(path, nodeOfVersion2(name, json, documents.get(`${keyOf(path)}.zattrs`) ?? {}));
  }
  for (const path of [...nodes.keys()])
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
      if (!nodes.has(path.slice(0, end))) nodes.set(path.slice(0, end), EMPTY_GROUP);
  return nodes;
}

export const EMPTY_GROUP: ZarrNode = { attributes: new Map(), hidden: {} };

function nodeOfVersion3(json: JsonObject): ZarrNode {
  const { attributes = {}, consolidated_metadata: _, ...rest } = json;
  if (!isJsonObject(attributes)) throw new TypeError("its attributes are no object");
  const node = { attributes: parseAttributes(attributes, HIDDEN[3]), hidden: {} };
  if (rest["zarr_format"] !== 3n) throw new TypeError("it does not say zarr_format 3");
  if (rest["node_type"] === "array") return { ...node, array: parseLayout(rest, 3) };
  if (rest["node_type"] === "group") return { ...node, group: rest };
  throw new TypeError("it is neither an array nor a group");
}

function nodeOfVersion2(name: string, json: JsonObject, attributes: JsonObject): ZarrNode {
  if (json["zarr_format"] !== 2n) throw new TypeError("it does not say zarr_format 2");
  const hidden = Object.fromEntries(Object.entries(attributes).filter(([each]) => HIDDEN[2].has(each)));
  const node = { attributes: parseAttributes(attributes, HIDDEN[2]), hidden };
  return name === ".zarray" ? { ...node, array: parseLayout(json, 2) } : { ...node, group: json };
}

type Documents = readonly (readonly [key: string, document: JsonDocument])[];

/** Nodes are never changed, so that their documents stay the same. */
const documents = new WeakMap<
  ZarrNode,
  { readonly path: string; readonly format: 2 | 3; readonly made: Documents }
>();
/** Nor is what describes an array or a group of version 2: nodes with other attributes have the same. */
const formatted = new WeakMap<JsonObject, JsonDocument>();

function formattedOnce(json: JsonObject): JsonDocument {
  let document = formatted.get(json);
  if (document === undefined) {
    document = new JsonDocument(json);
    formatted.set(json, document);
  }
  return document;
}

/** The documents of a node, by their keys. */
export function documentsOf(path: string, node: ZarrNode, format: 2 | 3): Documents {
  const known = documents.get(node);
  if (known?.path === path && known.format === format) return known.made;
  const made = makeDocuments(path, node, format);
  documents.set(node, { path, format, made });
  return made;
}

/** Those of the documents of a node that are others than before. */
export function changedDocuments(
  path: string,
  node: ZarrNode,
  format: 2 | 3,
  before: ZarrNode | undefined,
): Documents {
  const now = documentsOf(path, node, format);
  if (before === undefined) return now;
  const old = documentsOf(path, before, format);
  return now.filter(([key, { text }]) => old.find(([each]) => each === key)?.[1].text !== text);
}

function makeDocuments(path: string, node: ZarrNode, format: 2 | 3): Documents {
  const attributes: JsonEntry[] = [];
  for (const { json } of node.attributes.values()) attributes.push(json);
  for (const [name, json] of Object.entries(node.hidden)) attributes.push(new JsonEntry(name, json));
  const key = keyOf(path);
  if (format === 3) {
    const json = node.array?.json ?? node.group ?? { zarr_format: 3n, node_type: "group" };
    const document = new JsonDocument({ ...json, attributes: new JsonEntries(attributes) });
    return [[`${key}zarr.json`, document]];
  }
  const own: Documents[number] =
    node.array === undefined
      ? [`${key}.zgroup`, formattedOnce(node.group ?? GROUP_OF_VERSION_2)]
      : [`${key}.zarray`, formattedOnce(node.array.json)];
  if (attributes.length === 0) return [own];
  return [own, [`${key}.zattrs`, new JsonDocument(new JsonEntries(attributes))]];
}

const GROUP_OF_VERSION_2: JsonObject = { zarr_format: 2n };
