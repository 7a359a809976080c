import { MAX_RANK } from "@tvb-storage/core/internal";
import { quoted } from "@tvb-storage/files";
import { errorMessage } from "@tvb-storage/files/internal";
import { bytesCodec } from "../codecs/bytes-codecs.js";
import type { BytesCodec } from "../codecs/codec.js";
import { formatJson, isJsonObject, type Json, type JsonObject } from "../json/exact-json.js";
import type { ArrayLayout, ShardLayout, UnreadableArray } from "./array-layout.js";
import { type StoredType, typeOfVersion2, typeOfVersion3 } from "./stored-type.js";

// The metadata of arrays, of version 2 (.zarray) and 3 (zarr.json). It is not trusted: it may come from anywhere.

/** What keeps an array from being read here. */
class Unreadable extends Error {}

/** Elements of a chunk; a chunk is in memory as a whole. */
const MAX_CHUNK_ELEMENTS = 2 ** 31 - 1;

export function parseLayout(json: JsonObject, format: 2 | 3): ArrayLayout | UnreadableArray {
  try {
    return format === 2 ? parseVersion2(json) : parseVersion3(json);
  } catch (error) {
    return { format, unreadable: errorMessage(error), json };
  }
}

export function isReadable(layout: ArrayLayout | UnreadableArray): layout is ArrayLayout {
  return !("unreadable" in layout);
}

function parseVersion2(json: JsonObject): ArrayLayout {
  const filters = listOf(json["filters"] ?? null, "filters");
  const isText = filters.length === 1 && isJsonObject(filters[0]) && filters[0]["id"] === "vlen-utf8";
  const type = typeOfVersion2(json["dtype"], isText);
  const shape = lengthsOf(json["shape"], "shape", 0);
  const { compressor = null, order = "C", dimension_separator: separator = "." } = json;
  const steps = [...(isText ? [] : filters), ...(compressor === null ? [] : [compressor])];
  if (order !== "C" && order !== "F") throw new Unreadable(`its order is ${quoted(order)}, not "C" or "F"`);
  return {
    format: 2,
    shape,
    chunks: chunksOf(json["chunks"], "chunks", shape.length),
    type,
    order: order === "F" && shape.length > 1 ? shape.map((_, axis) => shape.length - 1 - axis) : undefined,
    codecs: steps.map((step) => codecOf(step, "id", type)),
    shard: undefined,
    fill: json["fill_value"] ?? null,
    keys: { prefix: false, separator: separatorOf(separator) },
    dimensionNames: undefined,
    json,
  };
}

interface Steps {
  readonly order: readonly number[] | undefined;
  readonly bigEndian: boolean;
  readonly codecs: readonly JsonObject[];
  readonly sharding: JsonObject | undefined;
  /** The elements are texts with their lengths. */
  readonly isText: boolean;
}

/** What the metadata of version 3 has; other fields change what an array is, unless they say that they do not. */
const FIELDS: ReadonlySet<string> = new Set([
  "zarr_format",
  "node_type",
  "shape",
  "data_type",
  "chunk_grid",
  "chunk_key_encoding",
  "fill_value",
  "codecs",
  "dimension_names",
  "storage_transformers",
]);

function parseVersion3(json: JsonObject): ArrayLayout {
  for (const [name, value] of Object.entries(json))
    if (!FIELDS.has(name) && !(isJsonObject(value) && value["must_understand"] === false))
      throw new Unreadable(`its metadata has the field ${quoted(name)}, which is not known here`);
  const grid = named(json["chunk_grid"], "chunk_grid");
  if (grid.name !== "regular") throw new Unreadable(`its chunk grid is ${quoted(grid.name)}, not "regular"`);
  const shape = lengthsOf(json["shape"], "shape", 0);
  const rank = shape.length;
  const keys = named(json["chunk_key_encoding"], "chunk_key_encoding");
  if (keys.name !== "default" && keys.name !== "v2")
    throw new Unreadable(`its chunk keys are ${quoted(keys.name)}, not "default" or "v2"`);
  if (listOf(json["storage_transformers"] ?? null, "storage_transformers").length > 0)
    throw new Unreadable("it has storage transformers, which are not known here");
  const steps = stepsOf(json["codecs"], rank);
  const chunks = chunksOf(grid.configuration["chunk_shape"], "chunk_shape", rank);
  const inner = steps.sharding === undefined ? steps : stepsOf(steps.sharding["codecs"], rank);
  const type = typeOfVersion3(json["data_type"], inner.bigEndian);
  if (inner.isText !== (type.kind === "text"))
    throw new Unreadable(
      `its codecs do not store its data type ${quoted(formatJson(json["data_type"] ?? null))}`,
    );
  const prefix = keys.name === "default";
  return {
    format: 3,
    shape,
    chunks,
    type,
    order: steps.order,
    codecs: steps.codecs.map((step) => codecOf(step, "name", type)),
    shard: steps.sharding && shardOf(steps.sharding, steps, inner, chunks, type),
    fill: json["fill_value"] ?? null,
    keys: { prefix, separator: separatorOf(keys.configuration["separator"] ?? (prefix ? "/" : ".")) },
    dimensionNames: namesOf(json["dimension_names"], rank),
    json,
  };
}

function shardOf(
  configuration: JsonObject,
  outer: Steps,
  inner: Steps,
  shardShape: readonly number[],
  type: StoredType,
): ShardLayout {
  const chunks = chunksOf(configuration["chunk_shape"], "chunk_shape", shardShape.length);
  if (!chunks.every((length, axis) => (shardShape[axis] ?? 0) % length === 0))
    throw new Unreadable(`its shards (${shardShape}) are not made of whole chunks (${chunks})`);
  if (outer.codecs.length > 0 || outer.order !== undefined || inner.sharding !== undefined)
    throw new Unreadable("its shards are coded again, or in shards themselves, which is not known here");
  const index = stepsOf(configuration["index_codecs"], shardShape.length + 1);
  const indexType: StoredType = { ...type, dtype: "uint64", kind: "plain", itemBytes: 8, swapBytes: 8 };
  const indexCodecs = index.codecs.map((step) => codecOf(step, "name", indexType));
  if (
    index.bigEndian ||
    index.isText ||
    index.sharding !== undefined ||
    index.order !== undefined ||
    indexCodecs.some(({ adds }) => adds === undefined)
  )
    throw new Unreadable("the index of its shards has no fixed length, or is not little-endian");
  const place = configuration["index_location"] ?? "end";
  if (place !== "start" && place !== "end")
    throw new Unreadable(`the index of its shards is at ${quoted(place)}, not at "start" or "end"`);
  return {
    chunks,
    order: inner.order,
    codecs: inner.codecs.map((step) => codecOf(step, "name", type)),
    indexCodecs,
    indexAtEnd: place === "end",
  };
}

/** The codecs of version 3: one that makes bytes, `transpose` before it, others after it. */
function stepsOf(json: Json | undefined, rank: number): Steps {
  let order: readonly number[] | undefined;
  let bigEndian = false;
  let sharding: JsonObject | undefined;
  let hasBytes = false;
  let isText = false;
  const codecs: JsonObject[] = [];
  for (const step of listOf(json ?? null, "codecs")) {
    const { name, configuration } = named(step, "a codec");
    if (hasBytes) codecs.push({ ...configuration, name });
    else if (name === "transpose" && order === undefined) order = orderOf(configuration["order"], rank);
    else if (name === "bytes" || name === "vlen-utf8" || name === "sharding_indexed") {
      hasBytes = true;
      bigEndian = configuration["endian"] === "big";
      isText = name === "vlen-utf8";
      if (name === "sharding_indexed") sharding = configuration;
    } else throw new Unreadable(`its codec ${quoted(name)} is not known here`);
  }
  if (!hasBytes) throw new Unreadable("it has no codec that makes bytes");
  return { order, bigEndian, codecs, sharding, isText };
}

function codecOf(step: Json, key: "id" | "name", type: StoredType): BytesCodec {
  const { [key]: id, ...configuration } = isJsonObject(step) ? step : {};
  const found =
    typeof id === "string" ? bytesCodec(id, configuration, Math.max(1, type.itemBytes)) : undefined;
  if (found === undefined) throw new Unreadable(`its codec ${quoted(id)} is not known here`);
  return found;
}

/** An extension point of version 3: a name, or an object with one. */
function named(json: Json | undefined, what: string): { name: string; configuration: JsonObject } {
  if (typeof json === "string") return { name: json, configuration: {} };
  const { name, configuration = {} } = isJsonObject(json) ? json : {};
  if (typeof name !== "string" || !isJsonObject(configuration))
    throw new Unreadable(`its ${what} has no name: ${quoted(json)}`);
  return { name, configuration };
}

function listOf(json: Json, what: string): readonly Json[] {
  if (json === null) return [];
  if (!Array.isArray(json)) throw new Unreadable(`its ${what} is ${quoted(formatJson(json))}, not a list`);
  return json;
}

function lengthsOf(json: Json | undefined, what: string, min: number): number[] {
  const lengths = Array.isArray(json)
    ? json.map((n: Json) => (typeof n === "bigint" ? Number(n) : Number.NaN))
    : undefined;
  if (
    lengths === undefined ||
    lengths.length > MAX_RANK ||
    !lengths.every((n) => Number.isSafeInteger(n) && n >= min)
  )
    throw new Unreadable(
      `its ${what} is ${quoted(formatJson(json ?? null))}, not a list of at most ${MAX_RANK} whole numbers from ${min}`,
    );
  return lengths;
}

function chunksOf(json: Json | undefined, what: string, rank: number): number[] {
  const chunks = lengthsOf(json, what, 1);
  if (chunks.length !== rank)
    throw new Unreadable(`its ${what} has ${chunks.length} axes, its shape ${rank}`);
  if (chunks.reduce((product, length) => product * length, 1) > MAX_CHUNK_ELEMENTS)
    throw new Unreadable(`a chunk of it (${chunks}) is too large`);
  return chunks;
}

function orderOf(json: Json | undefined, rank: number): readonly number[] | undefined {
  const order =
    json === "C"
      ? Array.from({ length: rank }, (_, i) => i)
      : json === "F"
        ? Array.from({ length: rank }, (_, i) => rank - 1 - i)
        : lengthsOf(json, "order", 0);
  if (order.length !== rank || new Set(order).size !== rank || order.some((axis) => axis >= rank))
    throw new Unreadable(`its order ${quoted(json)} is no order of ${rank} axes`);
  return order.every((axis, i) => axis === i) ? undefined : order;
}

function separatorOf(json: Json): "/" | "." {
  if (json === "/" || json === ".") return json;
  throw new Unreadable(`its dimension separator is ${quoted(json)}, not "/" or "."`);
}

function namesOf(json: Json | undefined, rank: number): (string | null)[] | undefined {
  if (!Array.isArray(json) || json.length !== rank) return undefined;
  return json.map((name: Json) => (typeof name === "string" ? name : null));
}
