import type { StructureFile } from "./structure-file.js";

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

  constructor(file: StructureFile) {
    this.#file = file;
  }

  /** Bytes of an element of variable length: its length, then a global heap ID. */
  static elementBytes(file: StructureFile): number {
    return 4 + file.offsetSize + 4;
  }

  /** The data of an element as it is stored in a dataset or attribute; empty where it has none. */
  element(bytes: Uint8Array, itemBytes: number): Uint8Array {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = view.getUint32(0, true) * itemBytes;
    const low = view.getUint32(4, true);
    const high = this.#file.offsetSize === 8 ? view.getUint32(8, true) : 0;
    const collection = high * 2 ** 32 + low;
    if (length === 0 || collection === 0) return new Uint8Array(0);
    const index = view.getUint32(4 + this.#file.offsetSize, true);
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
    const headSize = 8 + file.lengthSize;
    const head = file.read("global heap collection", address, headSize);
    head.expectSignature("GCOL");
    head.expectVersion(1);
    head.skip(3);
    const reader = file.read("global heap collection", address, head.length());
    reader.skip(headSize);
    const objects = new Map<number, Uint8Array>();
    while (reader.remaining >= headSize) {
      const index = reader.u16();
      reader.skip(2 + 4); // reference count, reserved
      const size = reader.length();
      // Object 0 is the free space up to the end.
      if (index === 0) break;
      objects.set(index, reader.take(size));
      reader.skip(Math.min(reader.remaining, (8 - (size % 8)) % 8));
    }
    return objects;
  }
}
