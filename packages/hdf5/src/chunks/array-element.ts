import type { ByteReader } from "../bytes/byte-reader.js";
import type { ChunkPart } from "./chunk-index.js";
import type { ChunkOffset } from "./chunk-order.js";

// File Format Specification, "Fixed Array Index" and "Extensible Array Index", elements ("Client ID").

/** How the elements of a fixed or extensible array are stored. */
export interface ElementFormat {
  /** "Client ID" 1: elements carry the stored size and the filter mask. */
  readonly filtered: boolean;
  readonly elementSize: number;
  /** Bytes of an unfiltered chunk. */
  readonly chunkSize: number;
  /** Where the chunk of an element is in the dataset. */
  readonly offsetOf: ChunkOffset;
}

/**
 * Reads `count` elements, the first of which is number `first` of the array;
 * those without an address are chunks that were never written.
 */
export function* arrayElements(
  reader: ByteReader,
  format: ElementFormat,
  first: number,
  count: number,
): Generator<ChunkPart> {
  const sizeField = format.elementSize - reader.source.offsetSize - 4;
  for (let index = 0; index < count; index += 1) {
    const address = reader.fileAddress();
    let size = format.chunkSize;
    let filterMask = 0;
    if (format.filtered) {
      size = reader.plainUint(sizeField);
      filterMask = reader.u32();
    }
    if (address !== undefined)
      yield { part: "chunk", address, size, filterMask, offset: format.offsetOf(first + index) };
  }
}

/** Checks the "Client ID" and the size of elements that go with it. */
export function elementFormat(
  reader: ByteReader,
  client: number,
  elementSize: number,
  chunkSize: number,
  offsetOf: ChunkOffset,
): ElementFormat {
  const { offsetSize } = reader.source;
  const sizeField = elementSize - offsetSize - 4;
  const plain = client === 0 && elementSize === offsetSize;
  const filtered = client === 1 && sizeField >= 1 && sizeField <= 8;
  if (!plain && !filtered) throw reader.damage(`elements of ${elementSize} bytes for client ${client}`);
  return { filtered, elementSize, chunkSize, offsetOf };
}

/** Whether bit `index`, counted from the highest bit of the first byte, is set. */
export function bitIsSet(bits: Uint8Array, index: number): boolean {
  return ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0;
}
