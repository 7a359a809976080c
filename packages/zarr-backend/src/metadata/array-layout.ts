import type { BytesCodec } from "../codecs/codec.js";
import type { Json, JsonObject } from "../json/exact-json.js";
import type { StoredType } from "./stored-type.js";

/** How chunks lie in a shard (codec `sharding_indexed`). */
export interface ShardLayout {
  /** The shape of a chunk in a shard. */
  readonly chunks: readonly number[];
  readonly order: readonly number[] | undefined;
  readonly codecs: readonly BytesCodec[];
  readonly indexCodecs: readonly BytesCodec[];
  readonly indexAtEnd: boolean;
}

/** How an array is stored, by its metadata. */
export interface ArrayLayout {
  readonly format: 2 | 3;
  readonly shape: readonly number[];
  /** The shape of what one object holds: a chunk, or a shard. */
  readonly chunks: readonly number[];
  readonly type: StoredType;
  /** The axes in the order in which they are stored; undefined: C order. */
  readonly order: readonly number[] | undefined;
  readonly codecs: readonly BytesCodec[];
  readonly shard: ShardLayout | undefined;
  /** The value of elements in chunks that are not stored. */
  readonly fill: Json;
  /** How the keys of chunks are made: `c/0/1`, `0.1`. */
  readonly keys: { readonly prefix: boolean; readonly separator: "/" | "." };
  readonly dimensionNames: readonly (string | null)[] | undefined;
  /** The metadata as it is stored, without attributes. */
  readonly json: JsonObject;
}

/** An array that is listed, but cannot be read, with the reason. */
export interface UnreadableArray {
  readonly format: 2 | 3;
  readonly unreadable: string;
  readonly json: JsonObject;
}

/** The key of a chunk (or shard), relative to its array. */
export function chunkKey({ keys }: ArrayLayout, coordinates: readonly number[]): string {
  if (keys.prefix) return ["c", ...coordinates].join(keys.separator);
  return coordinates.length === 0 ? "0" : coordinates.join(keys.separator);
}

/** The coordinates that a key stands for; undefined where it is none of a chunk. */
export function chunkOfKey({ keys, shape }: ArrayLayout, key: string): number[] | undefined {
  const parts = key.split(keys.separator);
  if (keys.prefix && parts.shift() !== "c") return undefined;
  if (shape.length === 0 && !keys.prefix) return key === "0" ? [] : undefined;
  if (parts.length !== shape.length || !parts.every((part) => /^(0|[1-9]\d*)$/.test(part))) return undefined;
  return parts.map(Number);
}

/** The same array with another shape. */
export function withShape(layout: ArrayLayout, shape: readonly number[]): ArrayLayout {
  return { ...layout, shape: [...shape], json: { ...layout.json, shape: shape.map(BigInt) } };
}
