import { ByteReader } from "../bytes/byte-reader.js";
import type { StructureFile } from "../headers/structure-file.js";
import { Traversal } from "../headers/traversal.js";

// File Format Specification, "Disk Format: Level 1E - Global Heap".

/** Where variable-length data are: a collection and an object in it. */
export interface GlobalHeapId {
  /** Address of the collection; 0 means no data. */
  readonly collection: number;
  readonly index: number;
}

const NOTHING = /* @__PURE__ */ new Uint8Array(0);

/** Variable-length data of a file. Each collection is read once for all of its objects. */
export class GlobalHeap {
  readonly #file: StructureFile;
  readonly #collections = new Map<number, Collection>();
  readonly #traversal: Traversal;
  #last: Collection | undefined;
  #elements: ByteReader | undefined;

  constructor(file: StructureFile) {
    this.#file = file;
    this.#traversal = new Traversal(file);
  }

  /** Bytes of an element of variable length: its length, then a global heap ID. */
  static elementBytes(file: StructureFile): number {
    return 4 + file.offsetSize + 4;
  }

  /**
   * The data of an element of a dataset or attribute, which begins at `at` of
   * `bytes`; empty where it has none. `itemBytes`: bytes of one item of it.
   */
  element(bytes: Uint8Array, itemBytes: number, at = 0): Uint8Array {
    const file = this.#file;
    const reader = this.#reader(bytes);
    reader.position = at;
    const length = reader.u32() * itemBytes;
    const address = reader.fileAddress() ?? 0;
    if (length === 0 || address === 0) return NOTHING;
    const index = reader.u32();
    const collection = this.#collection(address);
    const size = collection.lengths[index];
    const start = collection.starts[index];
    if (size === undefined || start === undefined) throw missing(file, address, index);
    if (size < length) {
      throw file.damage(
        "global heap collection",
        address,
        `object ${index} has ${size} bytes, ${length} are asked for`,
      );
    }
    return collection.bytes.subarray(start, start + length);
  }

  object({ collection: address, index }: GlobalHeapId): Uint8Array {
    const { bytes, starts, lengths } = this.#collection(address);
    const start = starts[index];
    if (start === undefined) throw missing(this.#file, address, index);
    return bytes.subarray(start, start + (lengths[index] ?? 0));
  }

  /** Elements follow each other in the same bytes, and making a reader takes longer than reading one. */
  #reader(bytes: Uint8Array): ByteReader {
    if (this.#elements?.bytes !== bytes)
      this.#elements = new ByteReader(bytes, this.#file, "element of variable length", 0);
    return this.#elements;
  }

  #collection(address: number): Collection {
    if (this.#last?.address === address) return this.#last;
    let collection = this.#collections.get(address);
    if (collection === undefined) {
      collection = this.#readCollection(address);
      this.#collections.set(address, collection);
    }
    this.#last = collection;
    return collection;
  }

  #readCollection(address: number): Collection {
    const starts: number[] = [];
    const lengths: number[] = [];
    // Kept for all objects, so together they may not exceed the file.
    const enter = (size: number) => this.#traversal.enter("global heap collection", address, size);
    const { bytes, objects } = readCollectionObjects(this.#file, address, enter);
    for (const { index, start, length } of objects) {
      starts[index] = start;
      lengths[index] = length;
    }
    return { address, bytes, starts, lengths };
  }
}

/** An object of a collection: its bytes begin at `start`, behind its head. */
interface HeapObject {
  readonly index: number;
  readonly start: number;
  readonly length: number;
}

/**
 * Reads a collection. `end`: behind its last object, from where on all is free; other writers than HDF5 leave free
 * space between objects too.
 *
 * @param enter Called with its size.
 */
export function readCollectionObjects(
  file: StructureFile,
  address: number,
  enter?: (size: number) => void,
): { readonly bytes: Uint8Array; readonly objects: readonly HeapObject[]; readonly end: number } {
  const headSize = headSizeOf(file);
  const head = file.read("global heap collection", address, headSize);
  head.expectSignature("GCOL");
  head.expectVersion(1);
  head.skip(3);
  const size = head.length();
  if (size < headSize) throw head.damage(`a collection of ${size} bytes`);
  const reader = file.read("global heap collection", address, size);
  // Only now: a read that has to be made again must not count twice.
  enter?.(size);
  reader.skip(headSize);
  const objects: HeapObject[] = [];
  let end = headSize;
  while (reader.remaining >= headSize) {
    const index = reader.u16();
    reader.skip(2 + 4); // reference count, reserved
    const length = reader.length();
    reader.skip(headSize - 8 - file.lengthSize);
    if (index === 0) {
      // Free space, whose length counts its head too.
      if (length < headSize) break;
      reader.skip(Math.min(reader.remaining, length - headSize));
      continue;
    }
    objects.push({ index, start: reader.position, length });
    reader.skip(length);
    reader.skip(Math.min(reader.remaining, (8 - (length % 8)) % 8));
    end = reader.position;
  }
  return { bytes: reader.bytes, objects, end };
}

/** A collection, and where its objects are in it, by their numbers. */
interface Collection {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly starts: readonly (number | undefined)[];
  readonly lengths: readonly (number | undefined)[];
}

function missing(file: StructureFile, address: number, index: number): Error {
  return file.damage("global heap collection", address, `it has no object ${index}`);
}

/** Of a collection and of each object in it: eight bytes and a length, padded to a multiple of eight. */
export function headSizeOf(file: StructureFile): number {
  return Math.ceil((8 + file.lengthSize) / 8) * 8;
}

/**
 * Checks that the objects of a collection follow one another to its end, as
 * HDF5 needs it to find that end. What does not look like a collection at all
 * is left to HDF5. Sizes are taken as HDF5 takes them in WASM, by their lower
 * 32 bits.
 *
 * @throws FileStorageException they do not.
 */
export function checkGlobalHeap(file: StructureFile, address: number): void {
  const structure = "global heap collection";
  const headSize = headSizeOf(file);
  const version = 1;
  const head = file.bytesUpTo(structure, address, headSize);
  if (head.length < headSize || head[4] !== version) return;
  const size = lowerHalf(new ByteReader(head.subarray(8), file, structure, address + 8));
  if (size < headSize || address + size > file.limit) return;
  const reader = file.read(structure, address, size);
  reader.skip(headSize);
  // A rest that is too short for another object is free space.
  while (reader.remaining >= headSize) {
    const index = reader.u16();
    reader.skip(2 + 4); // reference count, reserved
    const length = lowerHalf(reader);
    reader.skip(headSize - 8 - file.lengthSize);
    const rest = index === 0 ? length - headSize : Math.ceil(length / 8) * 8;
    if (rest < 0 || rest > reader.remaining) throw reader.damage(`object ${index} of ${length} bytes`);
    reader.skip(rest);
  }
}

/** A length, by its lower four bytes. */
function lowerHalf(reader: ByteReader): number {
  const { lengthSize } = reader.source;
  if (lengthSize <= 4) return reader.uint(lengthSize);
  const low = reader.u32();
  reader.skip(lengthSize - 4);
  return low;
}
