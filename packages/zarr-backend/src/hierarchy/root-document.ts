import {
  isJsonObject,
  type Json,
  JsonDocument,
  JsonEntries,
  JsonEntry,
  type JsonObject,
} from "../json/exact-json.js";
import {
  type DatasetRecord,
  documentsOf,
  keyOf,
  parseNodes,
  type ZarrNode,
  type ZarrNodes,
} from "./hierarchy.js";
import { stagedPrefixOf } from "./own-keys.js";

// The document at the root that has the metadata of all nodes (consolidated metadata): `zarr.json` in version 3,
// `.zmetadata` in version 2. With what this package adds to it, it is one commit. Other programs leave that out.

export const ROOT_DOCUMENT = { 2: ".zmetadata", 3: "zarr.json" } as const;
const RECORD = "tvb_storage";

/** A hierarchy as one document has it. */
export interface RootDocument {
  readonly format: 2 | 3;
  readonly nodes: ZarrNodes;
  /** Different for each commit of this package; undefined where another program wrote the document. */
  readonly commit: string | undefined;
  /** Paths that this commit changed or removed: other programs may still see them as they were before. */
  readonly unsettled: readonly string[];
  /** The writer that has put the document again, so that a commit of the writer before cannot take its place. */
  readonly writer?: string | undefined;
}

/** What is put before the first chunk of a new hierarchy: there is no commit yet, but a writer has begun. */
export function newRoot(format: 2 | 3): RootDocument {
  return { format, nodes: new Map(), commit: undefined, unsettled: [], writer: crypto.randomUUID() };
}

export function formatRoot(root: RootDocument): JsonDocument {
  const { format, nodes, commit, unsettled, writer } = root;
  // zarr-python 3 loses nodes whose siblings are not all next to each other.
  const documents = [...nodes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([path, node]) => documentsOf(path, node, format));
  const datasets = [...nodes].flatMap(([path, { record }]) =>
    record === undefined ? [] : [new JsonEntry(path, formatRecord(record))],
  );
  const record = {
    commit: commit ?? null,
    datasets: new JsonEntries(datasets),
    ...(nodes.has("/") ? {} : { empty: true }),
    ...(unsettled.length === 0 ? {} : { unsettled }),
    ...(writer === undefined ? {} : { writer }),
  };
  if (format === 2) {
    const metadata = documents.map(([key, json]) => new JsonEntry(key, json));
    return new JsonDocument({
      zarr_consolidated_format: 1n,
      metadata: new JsonEntries(metadata),
      [RECORD]: record,
    });
  }
  const group = documents.find(([key]) => key === ROOT_DOCUMENT[3])?.[1].json;
  const metadata = documents
    .filter(([key]) => key !== ROOT_DOCUMENT[3])
    .map(([key, json]) => new JsonEntry(key.slice(0, -"/zarr.json".length), json));
  const consolidated = {
    kind: "inline",
    must_understand: false,
    metadata: new JsonEntries(metadata),
    [RECORD]: record,
  };
  const own = isJsonObject(group) ? group : EMPTY_DOCUMENT;
  return new JsonDocument({ ...own, consolidated_metadata: consolidated });
}

/** Of a root that is not committed yet. */
const EMPTY_DOCUMENT: JsonObject = { zarr_format: 3n, node_type: "group", attributes: {} };

function formatRecord({ id, grow, fit, staged, incomplete }: DatasetRecord): JsonObject {
  return {
    id,
    ...(grow === undefined ? {} : { grow: grow === "any" ? grow : BigInt(grow) }),
    ...(fit === true ? { fit } : {}),
    ...(staged === undefined ? {} : { staged }),
    ...(incomplete === true ? { incomplete } : {}),
  };
}

/**
 * The hierarchy that a document describes; undefined where it is one without consolidated metadata.
 *
 * @throws Error a damaged document.
 */
export function parseRoot(json: JsonObject, format: 2 | 3): RootDocument | undefined {
  const consolidated = format === 2 ? json : json["consolidated_metadata"];
  const isArray = format === 3 && json["node_type"] === "array";
  if (!isJsonObject(consolidated) && !isArray) return undefined;
  const { metadata = {}, [RECORD]: record } = isJsonObject(consolidated) ? consolidated : {};
  if (!isJsonObject(metadata)) throw new TypeError("its consolidated metadata is no object");
  const documents = new Map<string, JsonObject>();
  for (const [key, each] of Object.entries(metadata)) {
    if (!isJsonObject(each)) throw new TypeError(`the metadata of ${key} is no object`);
    documents.set(format === 2 ? key : `${key}/zarr.json`, each);
  }
  if (format === 3) documents.set(ROOT_DOCUMENT[3], json);
  const { commit, datasets, empty, unsettled, writer } = isJsonObject(record) ? record : {};
  const nodes = empty === true ? new Map<string, ZarrNode>() : parseNodes(documents, format);
  return {
    format,
    nodes: new Map([...nodes].map(([path, node]) => [path, recorded(path, node, datasets)])),
    commit: typeof commit === "string" ? commit : undefined,
    unsettled: Array.isArray(unsettled) ? unsettled.filter(isPath) : [],
    writer: typeof writer === "string" ? writer : undefined,
  };
}

/** What is removed by it must lie in the hierarchy. */
function isPath(path: Json): path is string {
  if (typeof path !== "string" || !path.startsWith("/")) return false;
  const parts = path.split("/").slice(1);
  return path === "/" || parts.every((part) => part !== "" && part !== "." && part !== "..");
}

function recorded(path: string, node: ZarrNode, datasets: Json | undefined): ZarrNode {
  const record = isJsonObject(datasets) && Object.hasOwn(datasets, path) ? datasets[path] : undefined;
  if (!isJsonObject(record) || typeof record["id"] !== "string" || node.array === undefined) return node;
  const { id, grow, fit, staged, incomplete } = record;
  return {
    ...node,
    record: {
      id,
      ...(typeof grow === "bigint" ? { grow: Number(grow) } : grow === "any" ? { grow } : {}),
      ...(fit === true ? { fit } : {}),
      ...(typeof staged === "string" && stagedPrefixOf(staged) === staged ? { staged } : {}),
      ...(incomplete === true ? { incomplete } : {}),
    },
  };
}

/** What the keys of the chunks of a dataset begin with. */
export function chunkPrefix(path: string, { record }: ZarrNode): string {
  return record?.staged ?? keyOf(path);
}
