import { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import type { Datatype } from "../datatypes/datatype.js";
import { GlobalHeapEditor } from "../edits/global-heap-editor.js";
import type { StructureFile } from "../headers/structure-file.js";
import { GlobalHeap } from "../heaps/global-heap.js";

/** Bytes of heap data after which what was read of the source's heap is given up. */
const HEAP_BYTES = 16 * 1024 * 1024;

/** Whether elements hold addresses of their file: of data of variable length, or of objects. */
export function holdsAddresses(type: Datatype): boolean {
  switch (type.class) {
    case "vlen":
    case "vlen-string":
    case "reference":
      return true;
    case "array":
      return holdsAddresses(type.base);
    case "compound":
      return type.members.some((member) => holdsAddresses(member.type));
    default:
      return false;
  }
}

/** Whether elements hold addresses of objects of their file, or of regions of those. */
export function holdsReferences(type: Datatype): boolean {
  switch (type.class) {
    case "reference":
      return true;
    case "vlen":
    case "array":
      return holdsReferences(type.base);
    case "compound":
      return type.members.some((member) => holdsReferences(member.type));
    default:
      return false;
  }
}

/**
 * Makes elements of one file those of another: data of variable length go to the other's global heap, and references
 * to objects to the copies of those.
 */
export class ElementMover {
  readonly #source: StructureFile;
  readonly #target: StructureFile;
  readonly #addressOf: (address: number) => number | undefined;
  #heap: GlobalHeap;
  #heapBytes = 0;
  #texts: GlobalHeapEditor;
  /** Bytes that elements behind the current one are taken to need in the heap. */
  #following = 0;
  /** References whose objects were not copied, and that are null in the copy. */
  lostReferences = 0;

  /** `addressOf`: the copy of the object at an address of the source. */
  constructor(
    source: StructureFile,
    target: StructureFile,
    addressOf: (address: number) => number | undefined,
  ) {
    this.#source = source;
    this.#target = target;
    this.#addressOf = addressOf;
    this.#heap = new GlobalHeap(source);
    this.#texts = new GlobalHeapEditor(target);
  }

  /** The elements for the target; `bytes` stay as they are. Both files have addresses of eight bytes. */
  moved(type: Datatype, bytes: Uint8Array): Uint8Array {
    const result = bytes.slice();
    for (let at = 0; at + type.size <= result.length; at += type.size) {
      this.#following = 2 * (result.length - at - type.size);
      this.#move(type, result, at);
    }
    return result;
  }

  /** Adds an object of the source's global heap to the target's; writes its address and index to `into`. */
  moveHeapObject(collection: number, index: number, into: ByteWriter): void {
    const id = this.#texts.add(this.#object(collection, index));
    into.uint(id.collection, this.#target.offsetSize).u32(id.index);
  }

  /** Writes what went to the global heap, and forgets it. */
  save(): void {
    this.#texts.save();
    this.#texts = new GlobalHeapEditor(this.#target);
  }

  #move(type: Datatype, bytes: Uint8Array, at: number): void {
    if (!holdsAddresses(type)) return;
    switch (type.class) {
      case "compound":
        for (const member of type.members) this.#move(member.type, bytes, at + member.offset);
        return;
      case "array":
        for (let done = 0; done < type.size; done += type.base.size) this.#move(type.base, bytes, at + done);
        return;
      case "vlen-string":
        this.#moveSequence(undefined, bytes, at);
        return;
      case "vlen":
        this.#moveSequence(type.base, bytes, at);
        return;
      case "reference":
        this.#moveReference(type.size, bytes, at);
    }
  }

  /** A length, then a global heap ID. */
  #moveSequence(base: Datatype | undefined, bytes: Uint8Array, at: number): void {
    const { collection, index } = this.#idAt(bytes, at + 4);
    // Without data it has no address.
    if (collection === 0) return;
    const stored = this.#object(collection, index);
    const data = base !== undefined && holdsAddresses(base) ? this.moved(base, stored) : stored;
    const id = this.#texts.add(data, this.#following);
    new ByteWriter(bytes, at + 4).uint(id.collection, this.#target.offsetSize).u32(id.index);
  }

  #moveReference(size: number, bytes: Uint8Array, at: number): void {
    const { offsetSize } = this.#source;
    if (size === offsetSize) {
      const address = this.#reader(bytes, at).fileAddress() ?? 0;
      if (address !== 0) new ByteWriter(bytes, at).uint(this.#copyOf(address), offsetSize);
      return;
    }
    const { collection, index } = this.#idAt(bytes, at);
    if (size !== offsetSize + 4 || collection === 0) {
      // References of HDF5 1.12 name the object in ways of their own.
      if (bytes.subarray(at, at + size).some((byte) => byte !== 0)) this.lostReferences += 1;
      bytes.fill(0, at, at + size);
      return;
    }
    // To a region: in the heap, the object's address and what is selected of it.
    const region = this.#object(collection, index).slice();
    const address = this.#reader(region, 0).fileAddress() ?? 0;
    const copied = this.#copyOf(address);
    if (copied === 0) bytes.fill(0, at, at + size);
    else {
      new ByteWriter(region, 0).uint(copied, offsetSize);
      const id = this.#texts.add(region);
      new ByteWriter(bytes, at).uint(id.collection, offsetSize).u32(id.index);
    }
  }

  #copyOf(address: number): number {
    const copied = this.#addressOf(address);
    if (copied === undefined) this.lostReferences += 1;
    return copied ?? 0;
  }

  #idAt(bytes: Uint8Array, at: number): { collection: number; index: number } {
    const reader = this.#reader(bytes, at);
    return { collection: reader.fileAddress() ?? 0, index: reader.u32() };
  }

  #reader(bytes: Uint8Array, at: number): ByteReader {
    const reader = new ByteReader(bytes, this.#source, "element", 0);
    reader.position = at;
    return reader;
  }

  #object(collection: number, index: number): Uint8Array {
    const object = this.#heap.object({ collection, index });
    this.#heapBytes += object.length;
    if (this.#heapBytes > HEAP_BYTES) {
      this.#heapBytes = 0;
      this.#heap = new GlobalHeap(this.#source);
    }
    return object;
  }
}
