import type { DataType } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import { checkCallOptions, type OptionRules, optionRule, optionRules } from "@tvb-storage/files";
import { bloscCodec, zstdCodec } from "../codecs/bytes-codecs.js";
import type { BytesCodec } from "../codecs/codec.js";

/** Compression that HDF5 files of this project have not; both are faster than gzip. */
export type ZarrCompression =
  /** Level 1 to 22. */
  | { readonly zstd: number }
  | {
      readonly blosc: "blosclz" | "lz4" | "lz4hc" | "zlib" | "zstd";
      /** 0 to 9; default 5. */
      readonly level?: number;
      /** Sorts bytes, or bits, by their significance before; default `"bytes"`. */
      readonly shuffle?: "bytes" | "bits" | "none";
    };

/** What Zarr has for a new dataset and other formats have not. */
export interface ZarrLayout {
  /** Used where the call asks for no compression. */
  compression?: ZarrCompression;
  /**
   * The shape of a shard, made of whole chunks: one object has so many chunks, each of which is read alone. A shard is
   * written as a whole, so that each append writes the last one anew. Version 3 only.
   */
  shards?: readonly number[];
  /** A name for each axis; default `<dataset>_dim0` and so on. */
  dimensionNames?: readonly string[];
}

/** A dataset that is to be made. */
export interface NewDatasetInfo {
  readonly path: string;
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

export const LAYOUT_RULES: OptionRules<ZarrLayout> = {
  compression: optionRule(
    '{ zstd: 1 to 22 } or { blosc: "lz4", level: 0 to 9, shuffle: "bytes", "bits" or "none" }',
    isZarrCompression,
  ),
  shards: optionRule(
    "a list of whole numbers of at least 1, one for each axis",
    (value) => Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 1),
  ),
  dimensionNames: optionRule(
    "a list of texts, one for each axis",
    (value) => Array.isArray(value) && value.every((each) => optionRules.text.accepts(each) && each !== ""),
  ),
};

const COMPRESSORS: readonly unknown[] = ["blosclz", "lz4", "lz4hc", "zlib", "zstd"];
const SHUFFLES: readonly unknown[] = ["none", "bytes", "bits"];

export function isZarrCompression(value: unknown): value is ZarrCompression {
  if (typeof value !== "object" || value === null) return false;
  const isWithin = (number: unknown, min: number, max: number): boolean =>
    Number.isInteger(number) && Number(number) >= min && Number(number) <= max;
  const { zstd, blosc, level = 5, shuffle = "bytes", ...others } = value as Record<string, unknown>; // an object
  if (Object.keys(others).length > 0 || (zstd === undefined) === (blosc === undefined)) return false;
  if (blosc === undefined) return isWithin(zstd, 1, 22) && Object.keys(value).length === 1;
  return COMPRESSORS.includes(blosc) && isWithin(level, 0, 9) && SHUFFLES.includes(shuffle);
}

/** @throws FileStructureException an unknown option, or a value that it cannot have for this dataset. */
export function checkLayout(given: ZarrLayout | undefined, { path, shape }: NewDatasetInfo): ZarrLayout {
  const checked = checkCallOptions(given, LAYOUT_RULES, `the layout of ${path}`);
  for (const name of ["shards", "dimensionNames"] as const) {
    const list = checked[name];
    if (list !== undefined && list.length !== shape.length)
      throw new FileStructureException(
        `the layout of ${path} has ${list.length} ${name}, and the dataset ${shape.length} axes`,
      );
  }
  return checked;
}

export function compressionCodec(compression: ZarrCompression, itemBytes: number): BytesCodec {
  if ("zstd" in compression) return zstdCodec(compression.zstd);
  const { blosc: cname, level: clevel = 5, shuffle = "bytes" } = compression;
  const kinds = { none: 0, bytes: 1, bits: 2 } as const;
  return bloscCodec({ cname, clevel, shuffle: kinds[shuffle], typesize: itemBytes });
}
