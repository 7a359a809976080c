import { ByteWriter } from "../bytes/byte-writer.js";
import type { StructureFile } from "../headers/structure-file.js";
import { type GlobalHeapId, headSizeOf, readCollectionObjects } from "../heaps/global-heap.js";

// File Format Specification, "Disk Format: Level 1E - Global Heap".

/** HDF5's least collection, and the most that one is made for at once. */
const MIN_COLLECTION = 4096;
const MAX_COLLECTION = 64 * 1024;
/** An index has 16 bits, and 0 is free space. */
const MAX_INDEX = 65_535;

interface Collection {
  readonly address: number;
  bytes: Uint8Array;
  /** Where objects begin with their heads, by index. */
  readonly heads: Map<number, number>;
  /** Free from here on. */
  end: number;
  nextIndex: number;
  isChanged: boolean;
}

/** Writes what has a variable length into the global heap of a file, and takes it out again. */
export class GlobalHeapEditor {
  readonly #file: StructureFile;
  readonly #headSize: number;
  readonly #collections = new Map<number, Collection>();
  /** The one that was written to last. */
  #current: Collection | undefined;

  constructor(file: StructureFile) {
    this.#file = file;
    this.#headSize = headSizeOf(file);
  }

  /** Whether objects go to a collection that is known already. */
  get hasCurrent(): boolean {
    return this.#current !== undefined;
  }

  /** The collection at an address has room perhaps: objects go there first. */
  prefer(address: number): void {
    this.#current = this.#collection(address);
  }

  /** Adds an object. `following`: bytes of objects that are to come, for which a new collection has room too. */
  add(object: Uint8Array, following = 0): GlobalHeapId {
    const needed = this.#sizeOf(object.length);
    let collection = this.#current;
    if (collection === undefined || !hasRoom(collection, needed))
      collection = this.#create(needed, following);
    this.#current = collection;
    const index = collection.nextIndex;
    collection.nextIndex += 1;
    collection.heads.set(index, collection.end);
    const writer = new ByteWriter(collection.bytes, collection.end);
    writer.u16(index).u16(0).u32(0).uint(object.length, this.#file.lengthSize);
    writer.position = collection.end + this.#headSize;
    writer.put(object);
    collection.bytes.fill(0, collection.end + this.#headSize + object.length, collection.end + needed);
    collection.end += needed;
    collection.isChanged = true;
    return { collection: collection.address, index };
  }

  /** Takes an object out; what follows it moves up, and an empty collection goes. One that is not there is passed over. */
  remove({ collection: address, index }: GlobalHeapId): void {
    if (address === 0) return;
    const collection = this.#collection(address);
    const head = collection.heads.get(index);
    if (head === undefined) return;
    const length = lengthAt(collection.bytes, head + 8, this.#file.lengthSize);
    const size = this.#sizeOf(length);
    collection.bytes.copyWithin(head, head + size, collection.end);
    collection.heads.delete(index);
    for (const [other, at] of collection.heads) if (at > head) collection.heads.set(other, at - size);
    collection.end -= size;
    collection.isChanged = true;
    if (collection.heads.size > 0) return;
    this.#collections.delete(address);
    if (this.#current === collection) this.#current = undefined;
    this.#file.space.release([{ address, size: collection.bytes.length }]);
  }

  /** Writes the collections that changed. */
  save(): void {
    for (const collection of this.#collections.values()) {
      if (!collection.isChanged) continue;
      this.#closeWithFreeSpace(collection);
      this.#file.write(collection.address, collection.bytes);
      collection.isChanged = false;
    }
  }

  /** Object 0 is the free space; a rest that is too short for its head is free without one. */
  #closeWithFreeSpace({ bytes, end }: Collection): void {
    bytes.fill(0, end);
    const free = bytes.length - end;
    if (free >= this.#headSize) new ByteWriter(bytes, end + 8).uint(free, this.#file.lengthSize);
  }

  #sizeOf(length: number): number {
    return this.#headSize + Math.ceil(length / 8) * 8;
  }

  #create(needed: number, following: number): Collection {
    const file = this.#file;
    const wanted = this.#headSize + needed + Math.min(following, MAX_COLLECTION);
    const size = Math.max(MIN_COLLECTION, Math.ceil(wanted / MIN_COLLECTION) * MIN_COLLECTION);
    const bytes = new Uint8Array(size);
    const address = file.space.allocate(size);
    new ByteWriter(bytes).put(SIGNATURE).u8(1).u8(0).u16(0).uint(size, file.lengthSize);
    const collection = {
      address,
      bytes,
      heads: new Map(),
      end: this.#headSize,
      nextIndex: 1,
      isChanged: true,
    };
    this.#collections.set(address, collection);
    return collection;
  }

  #collection(address: number): Collection {
    const known = this.#collections.get(address);
    if (known !== undefined) return known;
    const { bytes, objects, end } = readCollectionObjects(this.#file, address);
    const heads = new Map(objects.map(({ index, start }) => [index, start - this.#headSize]));
    const nextIndex = Math.max(0, ...heads.keys()) + 1;
    const collection = { address, bytes, heads, end, nextIndex, isChanged: false };
    this.#collections.set(address, collection);
    return collection;
  }
}

const SIGNATURE = new TextEncoder().encode("GCOL");

function hasRoom({ bytes, end, nextIndex }: Collection, needed: number): boolean {
  return end + needed <= bytes.length && nextIndex <= MAX_INDEX;
}

function lengthAt(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let index = size - 1; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}
