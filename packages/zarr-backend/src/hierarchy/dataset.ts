import type { Compression, StoredDataset } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import type { BytesCodec } from "../codecs/codec.js";
import type { ArrayLayout } from "../metadata/array-layout.js";
import { defaultAxisName } from "../metadata/create-layout.js";
import { isReadable } from "../metadata/parse-layout.js";
import { DIMENSIONS, type ZarrNode } from "./hierarchy.js";

// An array of a hierarchy as a dataset.

type GzipLevel = Exclude<Compression, string>["gzip"];

/** @throws FileStorageException an array that cannot be read. */
export function readable(array: ZarrNode["array"]): ArrayLayout {
  if (array === undefined) throw new TypeError("it is no array"); // was checked
  if (isReadable(array)) return array;
  throw new FileStorageException(`the array cannot be read: ${array.unreadable}`);
}

/** Why elements of an array are only read; undefined for most. */
export function readOnlyReason({ type: { kind } }: ArrayLayout): string | undefined {
  return kind === "float16" || kind === "utf32"
    ? `arrays of ${kind} are only read; store it under another name`
    : undefined;
}

const INCOMPLETE =
  "regions of it are being written; once all have been, completeArray makes it an ordinary dataset";

export function describeDataset(
  path: string,
  layout: ArrayLayout,
  { record, hidden }: Pick<ZarrNode, "record" | "hidden">,
): StoredDataset {
  const { type, shape, chunks, codecs, shard } = layout;
  const names = givenNames(path, layout.dimensionNames ?? hidden[DIMENSIONS], shape.length);
  const grow = record === undefined ? "any" : record.grow;
  const compression = compressionOf(shard?.codecs ?? codecs);
  const readOnly = record?.incomplete === true ? INCOMPLETE : readOnlyReason(layout);
  return {
    id: record?.id ?? path,
    dtype: type.dtype,
    shape,
    maxShape: shape.map((length, axis) => (grow === "any" || grow === axis ? null : length)),
    // Every array of Zarr can be resized; what this package made says which axis is to grow.
    defaultMaxShape: grow === "any",
    chunks: shard?.chunks ?? chunks,
    defaultChunks: record?.fit === true,
    filters: [...(shard?.codecs ?? codecs), ...(shard === undefined ? [] : [SHARDS])].map(({ name }) => name),
    ...(names === undefined ? {} : { dimensionNames: names }),
    ...(compression === undefined ? {} : { compression }),
    ...(readOnly === undefined ? {} : { readOnly }),
    ...(type.kind === "bytes" ? { stringLength: type.itemBytes } : {}),
  };
}

/** Version 3 has shards as a codec of this name. */
const SHARDS = { name: "sharding_indexed" };

/** Names of axes that somebody chose; undefined where there are none but those that `createLayout` gives. */
function givenNames(path: string, names: unknown, axes: number): (string | null)[] | undefined {
  if (!Array.isArray(names) || names.length !== axes) return undefined;
  const listed = names.map((name: unknown) => (typeof name === "string" ? name : null));
  const isGiven = (name: string | null, axis: number): boolean =>
    name !== null && name !== defaultAxisName(path, axis);
  return listed.some(isGiven) ? listed : undefined;
}

/** The option that makes these codecs, where there is one. */
function compressionOf(codecs: readonly BytesCodec[]): Compression | undefined {
  const last = codecs.at(-1);
  const level = last?.version2["id"] === "gzip" ? last.version2["level"] : undefined;
  const names = codecs.map(({ name }) => name).join(" ");
  if (typeof level !== "bigint" || (names !== "gzip" && names !== "shuffle gzip")) return undefined;
  return { gzip: Number(level) as GzipLevel, ...(names === "gzip" ? {} : { shuffle: true }) }; // 0 to 9, by its codec
}
