import { type Btree2Header, findBtree2Record, readBtree2Header } from "../btrees/btree-v2.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import type { StructureFile } from "../headers/structure-file.js";
import { type DenseEntry, type DenseKind, nameHash, nameOrder } from "../heaps/dense-storage.js";
import { createBtree2, insertBtree2Record, replaceBtree2Record } from "./btree-v2-insert.js";
import { FractalHeapEditor } from "./fractal-heap-editor.js";
import type { EditedMessage, HeaderEditor } from "./header-editor.js";

// "The Link Info Message", "The Attribute Info Message": the message that leads to dense storage, with the next
// order of creation.

const TRACKS_ORDER = 0x01;
const INDEXES_ORDER = 0x02;
/** Of the order in records of a group or an object that does not track it. */
const UNTRACKED_ORDER = 0xffff;

/** A link or an attribute that goes into dense storage. */
export interface NewEntry {
  readonly name: string;
  /** Its message. */
  readonly body: Uint8Array;
  /** Flags of its message. */
  readonly flags: number;
  readonly creationOrder: number | undefined;
}

/** The info message of an object that is edited, and the dense storage that it leads to. */
export class DenseEntries<T> {
  readonly #file: StructureFile;
  readonly #header: HeaderEditor;
  readonly #kind: DenseKind<T>;
  #message: EditedMessage;
  readonly #flags: number;
  #nextOrder: number;
  #heapAddress: number | undefined;
  #nameIndex: number | undefined;
  #orderIndex: number | undefined;
  #heap: FractalHeapEditor | undefined;
  #names: Btree2Header | undefined;
  #orders: Btree2Header | undefined;
  #isChanged = false;

  /** @throws FileStorageException the header has no such message. */
  constructor(file: StructureFile, header: HeaderEditor, kind: DenseKind<T>) {
    const message = header.find(kind.infoMessage);
    if (message === undefined)
      throw file.damage("object header", header.address, `it has no ${kind.entry} info message`);
    this.#file = file;
    this.#header = header;
    this.#kind = kind;
    this.#message = message;
    const reader = new ByteReader(message.body, file, `${kind.entry} info message`, header.address);
    reader.expectVersion(0);
    this.#flags = reader.u8();
    this.#nextOrder = this.tracksOrder ? reader.plainUint(kind.maxOrderBytes) : 0;
    this.#heapAddress = reader.fileAddress();
    this.#nameIndex = reader.fileAddress();
    this.#orderIndex = this.#indexesOrder ? reader.fileAddress() : undefined;
  }

  get tracksOrder(): boolean {
    return (this.#flags & TRACKS_ORDER) !== 0;
  }

  get #indexesOrder(): boolean {
    return (this.#flags & INDEXES_ORDER) !== 0;
  }

  /** Whether the entries are in dense storage already. */
  get isDense(): boolean {
    return this.#heapAddress !== undefined;
  }

  /** Whether so many entries more can be numbered. */
  hasOrders(count: number): boolean {
    return !this.tracksOrder || this.#nextOrder + count < 2 ** (8 * this.#kind.maxOrderBytes) - 1;
  }

  /** The order of creation of a new entry; undefined where that is not tracked. */
  takeOrder(): number | undefined {
    if (!this.tracksOrder) return undefined;
    this.#isChanged = true;
    this.#nextOrder += 1;
    return this.#nextOrder - 1;
  }

  /** Whether a message of `length` bytes can go into dense storage here; else only HDF5 puts it there. To be asked before anything is changed. */
  takes(length: number): boolean {
    const heap = this.#openHeap();
    return heap?.takes(length) === true;
  }

  #openHeap(): FractalHeapEditor | undefined {
    if (this.#heapAddress === undefined) return undefined;
    this.#heap ??= FractalHeapEditor.open(this.#file, this.#heapAddress);
    return this.#heap;
  }

  /** The entry of that name in dense storage. */
  find(name: string): DenseEntry<T> | undefined {
    const { heap, names } = this.#storage();
    const record = findBtree2Record(this.#file, names, nameOrder(this.#file, this.#kind, heap, name));
    return record === undefined ? undefined : this.#kind.read(this.#file, heap, record);
  }

  /** Moves entries from the header to new dense storage. */
  makeDense(entries: readonly NewEntry[]): void {
    const file = this.#file;
    this.#heap = FractalHeapEditor.create(file, this.#kind.heap);
    this.#heapAddress = this.#heap.address;
    const none = { heapId: new Uint8Array(this.#kind.heap.idLength), flags: 0, creationOrder: 0, hash: 0 };
    const { name, order } = this.#kind.records(none);
    this.#nameIndex = createBtree2(file, this.#kind.nameType, name.length);
    if (this.#indexesOrder) this.#orderIndex = createBtree2(file, this.#kind.orderType, order.length);
    this.#isChanged = true;
    for (const entry of entries) this.insert(entry);
  }

  /** Gives an entry of dense storage another message, in its place of the indexes. */
  replace({ name, body, flags, creationOrder }: NewEntry, heapId: Uint8Array): void {
    const { heap, names, orders } = this.#storage();
    const compare = nameOrder(this.#file, this.#kind, heap, name);
    const order = creationOrder ?? UNTRACKED_ORDER;
    // The old message is there until the record that leads to it is found.
    const newId = heap.insert(body);
    const records = this.#kind.records({ heapId: newId, flags, creationOrder: order, hash: nameHash(name) });
    replaceBtree2Record(this.#file, names, records.name, compare);
    if (orders !== undefined)
      replaceBtree2Record(this.#file, orders, records.order, this.#orderOrder(orders, order));
    heap.remove(heapId);
  }

  /** Inserts an entry that dense storage `takes`. */
  insert({ name, body, flags, creationOrder }: NewEntry): void {
    const { heap, names, orders } = this.#storage();
    const heapId = heap.insert(body);
    const order = creationOrder ?? UNTRACKED_ORDER;
    const records = this.#kind.records({ heapId, flags, creationOrder: order, hash: nameHash(name) });
    const compare = nameOrder(this.#file, this.#kind, heap, name);
    this.#names = insertBtree2Record(this.#file, names, records.name, compare);
    if (orders !== undefined)
      this.#orders = insertBtree2Record(this.#file, orders, records.order, this.#orderOrder(orders, order));
  }

  /** What dense storage consists of, as it is now. */
  #storage() {
    const file = this.#file;
    const kind = this.#kind;
    const heap = this.#openHeap();
    if (heap === undefined || this.#nameIndex === undefined)
      throw file.damage("object header", this.#header.address, `it has no dense storage of ${kind.entry}s`);
    this.#names ??= readBtree2Header(file, this.#nameIndex, [kind.nameType]);
    if (this.#orderIndex !== undefined)
      this.#orders ??= readBtree2Header(file, this.#orderIndex, [kind.orderType]);
    return { heap, names: this.#names, orders: this.#orders };
  }

  #orderOrder({ address }: Btree2Header, order: number): (record: Uint8Array) => number {
    const { entry, orderAt, orderBytes } = this.#kind;
    return (record) => {
      const reader = new ByteReader(record, this.#file, `${entry} order record`, address);
      reader.skip(orderAt);
      return order - reader.plainUint(orderBytes);
    };
  }

  /** Writes the heap, and the message into the header. */
  save(): void {
    this.#heap?.save();
    if (!this.#isChanged) return;
    const { offsetSize } = this.#file;
    const writer = new ByteWriter(this.#message.body.slice(), 2);
    if (this.tracksOrder) writer.uint(this.#nextOrder, this.#kind.maxOrderBytes);
    writer.uint(this.#heapAddress, offsetSize).uint(this.#nameIndex, offsetSize);
    if (this.#indexesOrder) writer.uint(this.#orderIndex, offsetSize);
    this.#message = this.#header.replace(this.#message, writer.bytes);
    this.#isChanged = false;
  }
}

/** An info message without dense storage. `flags`: whether the order of creation is tracked (1) and indexed (2). */
export function emptyInfo({ offsetSize }: StructureFile, kind: DenseKind<unknown>, flags = 0): Uint8Array {
  const orderBytes = (flags & TRACKS_ORDER) !== 0 ? kind.maxOrderBytes : 0;
  const addresses = (flags & INDEXES_ORDER) !== 0 ? 3 : 2;
  const writer = new ByteWriter(new Uint8Array(2 + orderBytes + addresses * offsetSize), 1);
  writer.u8(flags).uint(0, orderBytes);
  for (let index = 0; index < addresses; index += 1) writer.uint(undefined, offsetSize);
  return writer.bytes;
}
