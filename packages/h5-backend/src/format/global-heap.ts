import { ByteReader } from "./byte-reader.js";
import type { StructureFile } from "./structure-file.js";
import { Traversal } from "./traversal.js";

// File Format Specification, "Disk Format: Level 1E - Global Heap".

/** Where variable-length data are: a collection and an object in it. */
export interface GlobalHeapId {
  /** Address of the collection; 0 stands for no data. */
  readonly collection: number;
  readonly index: number;
}

/** Variable-length data of a file. Each collection is read once for all of its objects. */
export class GlobalHeap {
  readonly #file: StructureFile;
  readonly #collections = new Map<number, ReadonlyMap<number, Uint8Array>>();

  readonly #traversal: Traversal;

  constructor(file: StructureFile) {
    this.#file = file;
    this.#traversal = new Traversal(file);
  }

  /** Bytes of an element of variable length: its length, then a global heap ID. */
  static elementBytes(file: StructureFile): number {
    return 4 + file.offsetSize + 4;
  }

  /** The data of an element as it is stored in a dataset or attribute; empty where it has none. */
  element(bytes: Uint8Array, itemBytes: number): Uint8Array {
    const reader = new ByteReader(bytes, this.#file, "element of variable length", 0);
    const length = reader.u32() * itemBytes;
    const collection = reader.fileAddress() ?? 0;
    if (length === 0 || collection === 0) return new Uint8Array(0);
    const index = reader.u32();
    const object = this.object({ collection, index });
    if (object.length < length) {
      throw this.#file.damage(
        "global heap collection",
        collection,
        `object ${index} has ${object.length} bytes, ${length} are asked for`,
      );
    }
    return object.subarray(0, length);
  }

  object(id: GlobalHeapId): Uint8Array {
    let objects = this.#collections.get(id.collection);
    if (objects === undefined) {
      objects = this.#readCollection(id.collection);
      this.#collections.set(id.collection, objects);
    }
    const object = objects.get(id.index);
    if (object === undefined)
      throw this.#file.damage("global heap collection", id.collection, `it has no object ${id.index}`);
    return object;
  }

  #readCollection(address: number): Map<number, Uint8Array> {
    const file = this.#file;
    const headSize = headSizeOf(file);
    const head = file.read("global heap collection", address, headSize);
    head.expectSignature("GCOL");
    head.expectVersion(1);
    head.skip(3);
    const size = head.length();
    if (size < headSize) throw head.damage(`a collection of ${size} bytes`);
    // Kept for all objects, so together they may not exceed the file.
    this.#traversal.enter("global heap collection", address, size);
    const reader = file.read("global heap collection", address, size);
    reader.skip(headSize);
    const objects = new Map<number, Uint8Array>();
    while (reader.remaining >= headSize) {
      const index = reader.u16();
      reader.skip(2 + 4); // reference count, reserved
      const length = reader.length();
      reader.skip(headSize - 8 - file.lengthSize);
      if (index === 0) {
        // Free space, whose length counts its header too. Other writers than HDF5 leave it between objects.
        if (length < headSize) break;
        reader.skip(Math.min(reader.remaining, length - headSize));
        continue;
      }
      objects.set(index, reader.take(length));
      reader.skip(Math.min(reader.remaining, (8 - (length % 8)) % 8));
    }
    return objects;
  }
}

/** Of a collection and of each object in it: eight bytes and a length, padded to a multiple of eight. */
function headSizeOf(file: StructureFile): number {
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
