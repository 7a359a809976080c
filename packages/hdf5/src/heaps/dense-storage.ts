import { encodeText } from "@tvb-storage/files";
import { lookup3 } from "@tvb-storage/files/internal";
import { type Btree2Header, btree2Records, findBtree2Record, readBtree2Header } from "../btrees/btree-v2.js";
import { ByteReader } from "../bytes/byte-reader.js";
import type { Extent } from "../bytes/extent.js";
import { compareText } from "../bytes/text-order.js";
import { findMessage, messageReader, type ObjectHeader } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import { Traversal } from "../headers/traversal.js";
import { FractalHeap } from "./fractal-heap.js";
import type { HeapCreation } from "./fractal-heap-header.js";

// "Dense" storage, in which a group keeps many links and an object many attributes: the messages are in a fractal
// heap, and version 2 B-trees find them by name and by order of creation. A message of the object header leads there
// ("The Link Info Message", "The Attribute Info Message").

/** A link or an attribute in dense storage. */
export interface DenseEntry<T> {
  readonly value: T;
  readonly name: string;
  readonly creationOrder: number | undefined;
  /** Where its message is. */
  readonly extent: Extent;
  /** Undefined where the message is in the file's shared message heap. */
  readonly heapId: Uint8Array | undefined;
}

/** A heap as its objects are read. */
export interface HeapReader {
  readonly address: number;
  /** The object of a heap ID. */
  read(id: Uint8Array): ByteReader;
}

/** What differs between links and attributes. */
export interface DenseKind<T> {
  /** In messages about damage. */
  readonly entry: "link" | "attribute";
  /** Type of the header message that leads here. */
  readonly infoMessage: number;
  /** Bytes of "Maximum Creation Index" in that message. */
  readonly maxOrderBytes: number;
  /** Record type of the index of names, and where the hash is in a record. */
  readonly nameType: number;
  readonly hashAt: number;
  /** Record type of the index of creation order, and where the order is in a record. */
  readonly orderType: number;
  readonly orderAt: number;
  readonly orderBytes: number;
  /** How the heap of new storage is made. */
  readonly heap: HeapCreation;
  /** The records of an entry in the indexes of names and of order. */
  records(entry: {
    readonly heapId: Uint8Array;
    readonly flags: number;
    readonly creationOrder: number;
    readonly hash: number;
  }): { readonly name: Uint8Array; readonly order: Uint8Array };
  /** The entry of a record of the index of names. */
  read(file: StructureFile, heap: HeapReader, record: Uint8Array): DenseEntry<T>;
}

/** The message that leads to dense storage. */
export interface DenseInfo {
  readonly tracksOrder: boolean;
  /** Undefined while the entries are header messages. */
  readonly heapAddress: number | undefined;
  readonly nameIndexAddress: number | undefined;
  readonly orderIndexAddress: number | undefined;
  /** Where the addresses begin in the message, and how many there are. */
  readonly addressesAt: number;
  readonly addresses: number;
}

const TRACKS_ORDER = 0x01;
const INDEXES_ORDER = 0x02;

/** The message of this kind in an object header. */
export function denseInfo(
  file: StructureFile,
  header: ObjectHeader,
  kind: DenseKind<unknown>,
): DenseInfo | undefined {
  const message = findMessage(header, kind.infoMessage);
  if (message === undefined) return undefined;
  const reader = messageReader(file, message);
  reader.expectVersion(0);
  const flags = reader.u8();
  const tracksOrder = (flags & TRACKS_ORDER) !== 0;
  if (tracksOrder) reader.skip(kind.maxOrderBytes);
  const addressesAt = reader.position;
  const heapAddress = reader.fileAddress();
  const nameIndexAddress = reader.fileAddress();
  if (heapAddress !== undefined && nameIndexAddress === undefined)
    throw reader.damage(`${kind.entry}s in a heap without an index of names`);
  const indexesOrder = (flags & INDEXES_ORDER) !== 0;
  const orderIndexAddress = indexesOrder ? reader.fileAddress() : undefined;
  const addresses = indexesOrder ? 3 : 2;
  return { tracksOrder, heapAddress, nameIndexAddress, orderIndexAddress, addressesAt, addresses };
}

/** The dense storage of an object, undefined while its links or attributes are header messages. */
export function denseStorage<T>(
  file: StructureFile,
  header: ObjectHeader,
  kind: DenseKind<T>,
): DenseStorage<T> | undefined {
  const info = denseInfo(file, header, kind);
  if (info?.heapAddress === undefined || info.nameIndexAddress === undefined) return undefined;
  const heap = new FractalHeap(file, info.heapAddress);
  return new DenseStorage(file, kind, heap, info.nameIndexAddress, info.orderIndexAddress);
}

/** Reads the entries of one object; what it read of the heap it keeps. */
export class DenseStorage<T> {
  #names: Btree2Header | undefined;

  constructor(
    private readonly file: StructureFile,
    readonly kind: DenseKind<T>,
    readonly heap: FractalHeap,
    readonly nameIndexAddress: number,
    readonly orderIndexAddress: number | undefined,
  ) {}

  /** The index of names. */
  get names(): Btree2Header {
    this.#names ??= readBtree2Header(this.file, this.nameIndexAddress, [this.kind.nameType]);
    return this.#names;
  }

  /** All entries, in the order of the hashes of their names. */
  *all(): Generator<T> {
    const { file, heap, kind } = this;
    // No two records of a sound index share their message: a forged one must not multiply what is read.
    const traversal = new Traversal(file);
    for (const record of btree2Records(file, this.names)) {
      const { value, extent } = kind.read(file, heap, record);
      traversal.enter(`${kind.entry} message`, extent.address, extent.size);
      yield value;
    }
  }

  find(name: string): DenseEntry<T> | undefined {
    const record = findBtree2Record(this.file, this.names, this.nameOrder(name));
    return record === undefined ? undefined : this.kind.read(this.file, this.heap, record);
  }

  /** See the function of this name. */
  nameOrder(name: string): (record: Uint8Array) => number {
    return nameOrder(this.file, this.kind, this.heap, name);
  }
}

/** The hash by which a name is found. */
export function nameHash(name: string): number {
  return lookup3(encodeText(name));
}

/** How a name compares with a record of an index of names: by hash, then by the name itself. */
export function nameOrder<T>(
  file: StructureFile,
  kind: DenseKind<T>,
  heap: HeapReader,
  name: string,
): (record: Uint8Array) => number {
  const hash = nameHash(name);
  return (record) => {
    const reader = new ByteReader(record, file, `${kind.entry} name record`, heap.address);
    reader.skip(kind.hashAt);
    const found = reader.u32();
    return hash !== found ? hash - found : compareText(name, kind.read(file, heap, record).name);
  };
}
