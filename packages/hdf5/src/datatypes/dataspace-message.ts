import { elementCount } from "@tvb-storage/core/arrays";
import { ByteList } from "../bytes/byte-list.js";
import type { ByteReader } from "../bytes/byte-reader.js";

// File Format Specification, "The Dataspace Message".

/** More axes than HDF5 allows. */
const MAX_AXES = 32;

export interface Dataspace {
  readonly kind: "scalar" | "simple" | "null";
  /** Extent of each axis; empty for scalar and null. */
  readonly shape: readonly number[];
  /** Largest extent of each axis, null for unlimited. */
  readonly maxShape: readonly (number | null)[];
}

/** How many elements a dataspace holds. */
export function spaceElements({ kind, shape }: Dataspace): number {
  return kind === "null" ? 0 : elementCount(shape);
}

/** Decodes the dataspace at the reader's position. */
export function decodeDataspace(reader: ByteReader): Dataspace {
  const version = reader.expectVersion(1, 2);
  const rank = reader.u8();
  if (rank > MAX_AXES) throw reader.damage(`${rank} dimensions, at most ${MAX_AXES} are possible`);
  const flags = reader.u8();
  const type = reader.u8(); // reserved in version 1
  if (version === 1) reader.skip(4);
  const kind =
    version === 1 ? (rank === 0 ? "scalar" : "simple") : (["scalar", "simple", "null"] as const)[type];
  if (kind === undefined) throw reader.unknown(`dataspace type ${type}`);
  if (kind !== "simple" && rank !== 0) throw reader.damage(`a ${kind} dataspace of ${rank} dimensions`);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis += 1) shape.push(reader.length());
  const maxShape: (number | null)[] = [];
  for (const extent of shape) {
    const maxExtent =
      (flags & 0x01) === 0 ? extent : (reader.uintOrUndefined(reader.source.lengthSize) ?? null);
    if (maxExtent !== null && maxExtent < extent)
      throw reader.damage(`an extent of ${extent} where ${maxExtent} is the most`);
    maxShape.push(maxExtent);
  }
  if (elementCount(shape) > Number.MAX_SAFE_INTEGER) {
    throw reader.damage(`a shape of ${shape.join("x")}`);
  }
  return { kind, shape, maxShape };
}

/** The encoding of a dataspace, version 2: as of now, and at most (null for an axis without a limit). */
export function encodeDataspace({ kind, shape, maxShape }: Dataspace, lengthSize: number): Uint8Array {
  const hasMax = kind === "simple";
  const type = ["scalar", "simple", "null"].indexOf(kind);
  const list = new ByteList()
    .u8(2)
    .u8(shape.length)
    .u8(hasMax ? 1 : 0)
    .u8(type);
  for (const length of shape) list.uint(length, lengthSize);
  if (hasMax) for (const length of maxShape) list.uint(length ?? undefined, lengthSize);
  return list.bytes;
}
