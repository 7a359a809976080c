import { type DataType, elementCount, type NewLayout, shapeText } from "@tvb-storage/core";
import { type ChunkOptions, defaultChunkShape, growingLevels } from "@tvb-storage/core/internal";
import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { checksumCodec, shuffleCodec, zlibCodec } from "../codecs/bytes-codecs.js";
import type { BytesCodec } from "../codecs/codec.js";
import type { Json, JsonObject } from "../json/exact-json.js";
import { type ArrayLayout, type ShardLayout, withShape } from "./array-layout.js";
import { usualFill } from "./fill-value.js";
import { dataTypeOfVersion3, dtypeOfVersion2, newStoredType, type StoredType } from "./stored-type.js";
import { compressionCodec, type ZarrLayout } from "./zarr-layout.js";

/** Estimated bytes of a text of any length, for the choice of chunks. */
const TEXT_BYTES = 16;
const DEFAULT_LEVEL = 4;

/** What a new array is made of. */
export interface NewArray {
  readonly format: 2 | 3;
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly layout: NewLayout;
  /** Its axes are named for it. */
  readonly path: string;
  /** What only Zarr has. */
  readonly special: ZarrLayout;
}

/**
 * The layout of a new array: chunks as HDF5's, so that a copy has the same.
 *
 * @throws FileStructureException shards that are not made of whole chunks.
 * @throws FileStorageException shards in version 2.
 */
export function createLayout({ format, dtype, shape, layout, path, special }: NewArray): ArrayLayout {
  const type = newStoredType(dtype, layout.stringLength);
  const codecs = codecsOf(layout, special, type);
  const options = optionsFor(type, shape, layout.growAxis, codecs);
  const chunks = [...(layout.chunks ?? chunksFor(options, special.shards))];
  checkChunkBytes(special.shards ?? chunks, options.itemBytes);
  const dimensionNames = special.dimensionNames ?? shape.map((_, axis) => defaultAxisName(path, axis));
  const common = { shape: [...shape], type, order: undefined, dimensionNames };
  if (format === 2) {
    if (special.shards !== undefined)
      throw new FileStorageException("Zarr version 2 has no shards; store it in version 3, or without them");
    const keys = { prefix: false, separator: "." } as const;
    const parts = { ...common, chunks, codecs };
    return { ...parts, shard: undefined, format, keys, fill: usualFill(format, type), json: version2(parts) };
  }
  const keys = { prefix: true, separator: "/" } as const;
  const fill = usualFill(format, type);
  const shard = special.shards && shardOf(special.shards, chunks, codecs);
  const parts = {
    ...common,
    chunks: [...(special.shards ?? chunks)],
    codecs: shard === undefined ? codecs : [],
    shard,
  };
  return { ...parts, format, keys, fill, json: version3(parts, fill) };
}

/** Codecs take no more, and a chunk or shard is in memory as a whole. */
const MAX_CHUNK_BYTES = 2 ** 31 - 1;

function checkChunkBytes(chunks: readonly number[], itemBytes: number): void {
  const bytes = elementCount(chunks) * itemBytes;
  if (bytes > MAX_CHUNK_BYTES)
    throw new FileStructureException(
      `chunks or shards ${shapeText(chunks)} have ${bytes} bytes, more than the limit of 2 GiB; give smaller ones`,
    );
}

function shardOf(
  shards: readonly number[],
  chunks: readonly number[],
  codecs: readonly BytesCodec[],
): ShardLayout {
  if (!shards.every((length, axis) => length % (chunks[axis] ?? 1) === 0))
    throw new FileStructureException(
      `shards ${shapeText(shards)} are not made of whole chunks ${shapeText(chunks)}; give multiples of them`,
    );
  return { chunks, order: undefined, codecs, indexCodecs: [checksumCodec], indexAtEnd: true };
}

function chunksFor(options: ChunkOptions, shards: readonly number[] | undefined): number[] {
  const { shape, growAxis } = options;
  if (shape.length === 0) return [];
  // Shards are for large datasets.
  if (shards !== undefined)
    return defaultChunkShape(options).map((length, axis) => fittingInto(shards[axis] ?? length, length));
  if (growAxis !== undefined) return fittingChunks(options);
  return defaultChunkShape(options).map((length, axis) => Math.max(1, Math.min(length, shape[axis] ?? 1)));
}

/** The greatest length up to `length` of which a shard is made; `length` itself where there is none but much shorter ones. */
function fittingInto(shard: number, length: number): number {
  const fewest = Math.ceil(shard / length);
  for (let count = fewest; count <= 8 * fewest; count++) if (shard % count === 0) return shard / count;
  return length;
}

/** The chunks of a growing dataset of a shape: small ones while it is small, as a chunk is always of full length. */
function fittingChunks(options: ChunkOptions): number[] {
  const { shape, growAxis = 0 } = options;
  const levels = growingLevels(options);
  const length = levels.find((level) => level >= (shape[growAxis] ?? 0)) ?? levels.at(-1) ?? 1;
  return defaultChunkShape(options).map((full, axis) => (axis === growAxis ? length : full));
}

function optionsFor(
  { itemBytes }: StoredType,
  shape: readonly number[],
  growAxis: number | undefined,
  codecs: readonly BytesCodec[],
): ChunkOptions {
  return { shape, growAxis, itemBytes: itemBytes || TEXT_BYTES, filtered: codecs.length > 0 };
}

/**
 * The layout of a dataset whose chunks were chosen here, once it has grown to a shape: with longer chunks where it has
 * outgrown them. Undefined where they are right.
 */
export function outgrownLayout(
  layout: ArrayLayout,
  shape: readonly number[],
  growAxis: number,
): ArrayLayout | undefined {
  const { type, codecs, chunks, format } = layout;
  const fitting = fittingChunks(optionsFor(type, shape, growAxis, codecs));
  if ((fitting[growAxis] ?? 0) <= (chunks[growAxis] ?? 0)) return undefined;
  const lengths = fitting.map(BigInt);
  const changed: JsonObject =
    format === 2
      ? { chunks: lengths }
      : { chunk_grid: { name: "regular", configuration: { chunk_shape: lengths } } };
  return {
    ...withShape(layout, shape),
    chunks: fitting,
    json: { ...withShape(layout, shape).json, ...changed },
  };
}

function codecsOf({ compression }: NewLayout, special: ZarrLayout, type: StoredType): BytesCodec[] {
  if (compression === undefined)
    return special.compression === undefined
      ? []
      : [compressionCodec(special.compression, Math.max(1, type.itemBytes))];
  const { gzip, shuffle = false } = compression === "gzip" ? { gzip: DEFAULT_LEVEL } : compression;
  const compressed = zlibCodec("gzip", gzip);
  // Texts of any length have no bytes to be sorted.
  return shuffle && type.kind !== "text" ? [shuffleCodec(type.itemBytes), compressed] : [compressed];
}

type Common = Pick<ArrayLayout, "shape" | "chunks" | "type" | "codecs" | "dimensionNames" | "shard">;

/** The content of `.zarray`. */
function version2({ shape, chunks, type, codecs }: Omit<Common, "shard">): JsonObject {
  const filters = codecs.slice(0, -1).map((codec) => codec.version2);
  const texts: Json[] = type.kind === "text" ? [{ id: "vlen-utf8" }] : [];
  const all = [...texts, ...filters];
  return {
    zarr_format: 2n,
    shape: shape.map(BigInt),
    chunks: chunks.map(BigInt),
    dtype: dtypeOfVersion2(type),
    compressor: codecs.at(-1)?.version2 ?? null,
    fill_value: null,
    order: "C",
    filters: all.length > 0 ? all : null,
  };
}

/** The content of `zarr.json`, without attributes. */
function version3(
  { shape, chunks, type, codecs, dimensionNames = [], shard }: Common,
  fill: Json,
): JsonObject {
  const chain: Json[] = [serializer(type), ...(shard?.codecs ?? codecs).map((codec) => codec.version3)];
  return {
    zarr_format: 3n,
    node_type: "array",
    shape: shape.map(BigInt),
    data_type: dataTypeOfVersion3(type),
    chunk_grid: { name: "regular", configuration: { chunk_shape: chunks.map(BigInt) } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: fill,
    codecs: shard === undefined ? chain : [sharding(shard, chain)],
    dimension_names: dimensionNames,
  };
}

function sharding({ chunks, indexCodecs }: ShardLayout, chain: readonly Json[]): JsonObject {
  const bytes = { name: "bytes", configuration: { endian: "little" } };
  return {
    name: "sharding_indexed",
    configuration: {
      chunk_shape: chunks.map(BigInt),
      codecs: chain,
      index_codecs: [bytes, ...indexCodecs.map((codec) => codec.version3)],
      index_location: "end",
    },
  };
}

function serializer({ kind, swapBytes }: StoredType): JsonObject {
  if (kind === "text") return { name: "vlen-utf8" };
  return swapBytes > 1 ? { name: "bytes", configuration: { endian: "little" } } : { name: "bytes" };
}

/** The name of an axis that nobody has named. */
export function defaultAxisName(path: string, axis: number): string {
  return `${path.slice(path.lastIndexOf("/") + 1)}_dim${axis}`;
}
