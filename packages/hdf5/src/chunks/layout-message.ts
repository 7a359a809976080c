import { ByteList } from "../bytes/byte-list.js";
import type { ByteReader } from "../bytes/byte-reader.js";

// File Format Specification, "The Data Layout Message".

export type Layout =
  | { readonly class: "compact"; readonly size: number; readonly data: Uint8Array }
  | {
      readonly class: "contiguous";
      /** Undefined while no storage is allocated. */
      readonly address: number | undefined;
      /** Undefined before version 3, where it follows from dataspace and datatype. */
      readonly size: number | undefined;
    }
  | {
      readonly class: "chunked";
      readonly chunkShape: readonly number[];
      readonly elementSize: number;
      readonly index: ChunkIndex;
      /** Chunks that reach beyond the dataset are stored without the filters ("do not filter partial bound chunks"). */
      readonly filtersSkipEdges: boolean;
    }
  | { readonly class: "virtual"; readonly heapAddress: number | undefined; readonly heapIndex: number };

/** How the chunks of a dataset are found. `address` is undefined while there is none. */
type ChunkIndex = { readonly address: number | undefined } & (
  | { readonly kind: "btree-v1" }
  | { readonly kind: "single"; readonly filteredSize: number | undefined; readonly filterMask: number }
  | { readonly kind: "implicit" }
  | { readonly kind: "fixed-array" }
  | { readonly kind: "extensible-array" }
  | { readonly kind: "btree-v2" }
);

/** Decodes the layout at the reader's position. */
export function decodeLayout(reader: ByteReader): Layout {
  const version = reader.u8();
  switch (version) {
    case 1:
    case 2:
      return decodeOld(reader);
    case 3:
    case 4:
    case 5:
      return decodeClass(reader, version);
    default:
      throw reader.unknown(`layout version ${version}`);
  }
}

/** Versions 1 and 2: dimensions first. */
function decodeOld(reader: ByteReader): Layout {
  const dimensionality = reader.u8();
  const layoutClass = reader.u8();
  reader.skip(5);
  const address = layoutClass === 0 ? undefined : reader.fileAddress();
  const dims: number[] = [];
  for (let axis = 0; axis < dimensionality; axis += 1) dims.push(reader.u32());
  if (layoutClass === 0) {
    const size = reader.u32();
    return { class: "compact", size, data: reader.take(size) };
  }
  if (layoutClass === 1) return { class: "contiguous", address, size: undefined };
  if (layoutClass !== 2) throw reader.unknown(`layout class ${layoutClass}`);
  return chunked(reader, dims, { kind: "btree-v1", address });
}

function chunked(
  reader: ByteReader,
  dims: readonly number[],
  index: ChunkIndex,
  filtersSkipEdges = false,
): Layout {
  const elementSize = dims.at(-1);
  const chunkShape = dims.slice(0, -1);
  if (elementSize === undefined || chunkShape.length === 0) throw reader.damage("chunks without dimensions");
  if (dims.some((extent) => extent === 0)) throw reader.damage(`chunks of shape ${chunkShape.join("x")}`);
  return { class: "chunked", chunkShape, elementSize, index, filtersSkipEdges };
}

function decodeClass(reader: ByteReader, version: 3 | 4 | 5): Layout {
  const layoutClass = reader.u8();
  switch (layoutClass) {
    case 0: {
      const size = reader.u16();
      return { class: "compact", size, data: reader.take(size) };
    }
    case 1:
      return { class: "contiguous", address: reader.fileAddress(), size: reader.length() };
    case 2:
      return version === 3 ? decodeChunks3(reader) : decodeChunks4(reader);
    case 3: {
      const heapAddress = reader.fileAddress();
      return { class: "virtual", heapAddress, heapIndex: reader.u32() };
    }
    default:
      throw reader.unknown(`layout class ${layoutClass}`);
  }
}

function decodeChunks3(reader: ByteReader): Layout {
  const dimensionality = reader.u8();
  const address = reader.fileAddress();
  const dims: number[] = [];
  for (let axis = 0; axis < dimensionality; axis += 1) dims.push(reader.u32());
  return chunked(reader, dims, { kind: "btree-v1", address });
}

function decodeChunks4(reader: ByteReader): Layout {
  const flags = reader.u8();
  const dimensionality = reader.u8();
  const encodedSize = reader.u8();
  const dims: number[] = [];
  for (let axis = 0; axis < dimensionality; axis += 1) dims.push(reader.uint(encodedSize));
  const indexType = reader.u8();
  const skipEdges = (flags & 0x01) !== 0;
  const withIndex = (index: ChunkIndex) => chunked(reader, dims, index, skipEdges);
  switch (indexType) {
    case 1: {
      const filtered = (flags & 0x02) !== 0;
      const filteredSize = filtered ? reader.length() : undefined;
      const filterMask = filtered ? reader.u32() : 0;
      return withIndex({ kind: "single", filteredSize, filterMask, address: reader.fileAddress() });
    }
    case 2:
      return withIndex({ kind: "implicit", address: reader.fileAddress() });
    case 3:
      reader.skip(1); // page bits, which the array's header repeats
      return withIndex({ kind: "fixed-array", address: reader.fileAddress() });
    case 4:
      reader.skip(5); // creation parameters, which the array's header repeats
      return withIndex({ kind: "extensible-array", address: reader.fileAddress() });
    case 5:
      reader.skip(6); // node size, split and merge percent, which the tree's header repeats
      return withIndex({ kind: "btree-v2", address: reader.fileAddress() });
    default:
      throw reader.unknown(`chunk index type ${indexType}`);
  }
}

/** The encoding of a layout that is created here, version 3: contiguous, or chunks in a version 1 B-tree. */
export function encodeLayout(
  layout: Extract<Layout, { class: "contiguous" | "chunked" }>,
  { offsetSize, lengthSize }: { readonly offsetSize: number; readonly lengthSize: number },
): Uint8Array {
  const list = new ByteList().u8(3);
  if (layout.class === "contiguous")
    return list
      .u8(1)
      .uint(layout.address, offsetSize)
      .uint(layout.size ?? 0, lengthSize).bytes;
  const { chunkShape, elementSize, index } = layout;
  list
    .u8(2)
    .u8(chunkShape.length + 1)
    .uint(index.address, offsetSize);
  for (const length of chunkShape) list.u32(length);
  return list.u32(elementSize).bytes;
}
