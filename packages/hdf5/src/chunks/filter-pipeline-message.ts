import { decodeText } from "@tvb-storage/files";
import { ByteList } from "../bytes/byte-list.js";
import type { ByteReader } from "../bytes/byte-reader.js";

// File Format Specification, "The Data Storage - Filter Pipeline Message".

/** Registered filters, as h5py, h5dump and the HDF Group's registry call them. */
const NAMES: Readonly<Record<number, string>> = {
  1: "gzip",
  2: "shuffle",
  3: "fletcher32",
  4: "szip",
  5: "nbit",
  6: "scaleoffset",
  307: "bzip2",
  32000: "lzf",
  32001: "blosc",
  32004: "lz4",
  32008: "bitshuffle",
  32013: "zfp",
  32015: "zstd",
  32017: "sz",
  32026: "blosc2",
};

export interface Filter {
  readonly id: number;
  /** `gzip`, `shuffle`, ..., the name stored in the file, or `filter <id>`. */
  readonly name: string;
  /** A chunk may lack it where it failed. */
  readonly optional: boolean;
  /** The filter's parameters: for gzip the level. */
  readonly clientData: readonly number[];
}

/** Decodes the filter pipeline at the reader's position, in the order in which filters are applied on writing. */
export function decodeFilterPipeline(reader: ByteReader): Filter[] {
  const version = reader.expectVersion(1, 2);
  const count = reader.u8();
  if (version === 1) reader.skip(6);
  const filters: Filter[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = reader.u16();
    // In version 2 the library's own filters, below 256, go without a name.
    const nameLength = version === 1 || id >= 256 ? reader.u16() : 0;
    const optional = (reader.u16() & 0x01) !== 0;
    const valueCount = reader.u16();
    const stored = storedName(reader.take(nameLength));
    const clientData: number[] = [];
    for (let value = 0; value < valueCount; value += 1) clientData.push(reader.u32());
    if (version === 1 && valueCount % 2 === 1) reader.skip(4);
    filters.push({ id, name: NAMES[id] ?? (stored === "" ? `filter ${id}` : stored), optional, clientData });
  }
  return filters;
}

function storedName(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeText(end < 0 ? bytes : bytes.subarray(0, end));
}

/** The encoding of filters of the library's own, version 2. */
export function encodeFilterPipeline(filters: readonly Omit<Filter, "name">[]): Uint8Array {
  const list = new ByteList().u8(2).u8(filters.length);
  for (const { id, optional, clientData } of filters) {
    list
      .u16(id)
      .u16(optional ? 1 : 0)
      .u16(clientData.length);
    for (const value of clientData) list.u32(value);
  }
  return list.bytes;
}
