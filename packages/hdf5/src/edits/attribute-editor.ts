import { bytesOf, type NDArray, shapeText } from "@tvb-storage/core/arrays";
import { sameShape } from "@tvb-storage/core/internal";
import { FileStorageException } from "@tvb-storage/errors";
import { encodeText } from "@tvb-storage/files";
import {
  type AttributeParts,
  attributeDataspace,
  attributeDatatype,
  encodeAttribute,
  splitAttribute,
} from "../attributes/attribute-message.js";
import type { StoredAttribute } from "../attributes/attribute-storage.js";
import { ATTRIBUTES } from "../attributes/attribute-storage.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import { encodeDataspace } from "../datatypes/dataspace-message.js";
import type { Datatype } from "../datatypes/datatype.js";
import { encodeDatatype } from "../datatypes/encode-datatype.js";
import { mappedType } from "../datatypes/mapped-type.js";
import { newType } from "../datatypes/new-type.js";
import { isPlainCopy } from "../elements/decode.js";
import { ATTRIBUTE, ATTRIBUTE_INFO, SHARED_FLAG } from "../headers/message-type.js";
import type { StructureFile } from "../headers/structure-file.js";
import type { DenseEntry } from "../heaps/dense-storage.js";
import type { GlobalHeapId } from "../heaps/global-heap.js";
import { DenseEntries, emptyInfo } from "./dense-entries.js";
import { GlobalHeapEditor } from "./global-heap-editor.js";
import { type EditedMessage, HeaderEditor } from "./header-editor.js";

/** Flags of a version 2 header: the order of attributes is tracked, and indexed. */
const ORDER_SHIFT = 2;
const ORDER_MASK = 0x03;
const NEVER_SHARED = 0x04;
/** A message that is longer is kept in dense storage. */
const MAX_HEADER_BYTES = 65_535;

/** An attribute as it is found. */
interface Found {
  readonly parts: AttributeParts;
  readonly message: EditedMessage | undefined;
  readonly dense: DenseEntry<StoredAttribute> | undefined;
}

/** An attribute message, and the name in it. */
export interface EncodedAttribute {
  readonly name: string;
  readonly body: Uint8Array;
}

/** An old header has no dense storage for it. */
function isTooLong(version: 1 | 2, body: Uint8Array): boolean {
  return version === 1 && body.length > MAX_HEADER_BYTES;
}

/** In the flags of a heap ID: the object is in the ID. */
const TINY = 0x20;

/** Whether nothing of it is shared with others, or kept in its heap ID. */
function isOwn({ parts, dense }: Found): boolean {
  if (parts.datatype.shared || parts.dataspace.shared) return false;
  if (dense === undefined) return true;
  return dense.heapId !== undefined && ((dense.heapId[0] ?? 0) & TINY) === 0;
}

/** Sets attributes of one object, whose header is opened and saved once. */
export class AttributeEditor {
  readonly #file: StructureFile;
  readonly #header: HeaderEditor;
  readonly #texts: GlobalHeapEditor;
  #entries: DenseEntries<StoredAttribute> | undefined;

  private constructor(file: StructureFile, header: HeaderEditor) {
    this.#file = file;
    this.#header = header;
    this.#texts = new GlobalHeapEditor(file);
    if (header.find(ATTRIBUTE_INFO) !== undefined) this.#entries = new DenseEntries(file, header, ATTRIBUTES);
  }

  /**
   * Sets attributes: new ones, and others in place of those of the same names, whatever they were.
   *
   * @returns false, and nothing is changed, where only HDF5 can: where attributes or free space are kept in its own
   *   ways, and for long ones.
   */
  static set(file: StructureFile, address: number, attributes: ReadonlyMap<string, NDArray>): boolean {
    if (!file.space.isOrdinary || file.offsetSize !== 8) return false;
    const editor = new AttributeEditor(file, HeaderEditor.open(file, address));
    const found = new Map([...attributes.keys()].map((name) => [name, editor.#find(name)]));
    if (![...found.values()].every((each) => each === undefined || isOwn(each))) return false;
    if (!editor.#takes(attributes, found)) return false;
    // Those that are there first: new ones may move all of them to dense storage.
    for (const [name, value] of attributes) {
      const before = found.get(name);
      if (before !== undefined) editor.#replace(name, value, before);
    }
    for (const [name, value] of attributes) if (found.get(name) === undefined) editor.#add(name, value);
    editor.#texts.save();
    editor.#entries?.save();
    editor.#header.save();
    return true;
  }

  /**
   * Adds attributes to an object that has none, from their encoded parts.
   *
   * @returns Those that were not added, since only HDF5 can: in an old header long ones.
   */
  static addEncoded(
    file: StructureFile,
    address: number,
    attributes: readonly EncodedAttribute[],
  ): EncodedAttribute[] {
    const editor = new AttributeEditor(file, HeaderEditor.open(file, address));
    const refused = attributes.filter(({ name, body }) => !editor.#addEncoded(name, body));
    editor.#entries?.save();
    editor.#header.save();
    return refused;
  }

  #addEncoded(name: string, body: Uint8Array): boolean {
    const { version } = this.#header;
    if (this.#entries?.hasOrders(1) === false) return false;
    if (this.#entries?.isDense === true ? !this.#entries.takes(body.length) : isTooLong(version, body))
      return false;
    this.#insert(name, body);
    return true;
  }

  #takes(attributes: ReadonlyMap<string, NDArray>, found: ReadonlyMap<string, Found | undefined>): boolean {
    const compact = this.#header.messages.filter(({ type }) => type === ATTRIBUTE);
    if (compact.some(({ flags }) => (flags & SHARED_FLAG) !== 0)) return false;
    if (this.#entries?.hasOrders(attributes.size) === false) return false;
    return [...attributes].every(([name, { dtype, shape, data }]) => {
      const bytes = Array.isArray(data) ? data.length * newType(dtype).size : data.byteLength;
      const most = 200 + 16 * shape.length + encodeText(name).length + bytes;
      if (this.#entries?.isDense === true) return this.#entries.takes(most);
      // A new one that is longer moves all to dense storage.
      return most <= MAX_HEADER_BYTES || (this.#header.version === 2 && found.get(name) === undefined);
    });
  }

  #replace(name: string, value: NDArray, found: Found): void {
    const same = this.#isSameKind(found, value);
    this.#freeTexts(found.parts);
    const data = this.#encode(value);
    if (same && found.message !== undefined) {
      const body = found.message.body.slice();
      body.set(data, found.parts.data.byteOffset - found.message.body.byteOffset);
      this.#header.replace(found.message, body);
      return;
    }
    const body = this.#message(name, value, data);
    if (found.message !== undefined) this.#header.replace(found.message, body);
    else if (found.dense?.heapId !== undefined) {
      const { heapId, creationOrder } = found.dense;
      this.#entries?.replace({ name, body, flags: 0, creationOrder }, heapId.slice());
    }
  }

  #add(name: string, value: NDArray): void {
    if (Array.isArray(value.data)) this.#preferCollection();
    this.#insert(name, this.#message(name, value, this.#encode(value)));
  }

  #insert(name: string, body: Uint8Array): void {
    const entries = this.#infoEntries();
    const creationOrder = entries?.takeOrder();
    const compact = this.#header.messages.filter(({ type }) => type === ATTRIBUTE);
    const isFull = compact.length >= this.#header.maxCompactAttributes || body.length > MAX_HEADER_BYTES;
    if (entries?.isDense !== true && !isFull) {
      this.#header.add({ type: ATTRIBUTE, body, creationOrder });
      return;
    }
    if (entries?.isDense === false) {
      entries.makeDense(
        compact.map((message) => ({
          name: splitAttribute(this.#reader(message)).name,
          body: message.body,
          flags: message.flags,
          creationOrder: entries.tracksOrder ? message.creationOrder : undefined,
        })),
      );
      for (const message of compact) this.#header.remove(message);
    }
    entries?.insert({ name, body, flags: 0, creationOrder });
  }

  /** The info message of a version 2 header, which is made with the first attribute. */
  #infoEntries(): DenseEntries<StoredAttribute> | undefined {
    if (this.#entries !== undefined || this.#header.version === 1) return this.#entries;
    const order = (this.#header.flags >> ORDER_SHIFT) & ORDER_MASK;
    this.#header.add({
      type: ATTRIBUTE_INFO,
      body: emptyInfo(this.#file, ATTRIBUTES, order),
      flags: NEVER_SHARED,
    });
    this.#entries = new DenseEntries(this.#file, this.#header, ATTRIBUTES);
    return this.#entries;
  }

  #find(name: string): Found | undefined {
    for (const message of this.#header.messages) {
      if (message.type !== ATTRIBUTE) continue;
      const parts = splitAttribute(this.#reader(message));
      if (parts.name === name) return { parts, message, dense: undefined };
    }
    if (this.#entries?.isDense !== true) return undefined;
    const dense = this.#entries.find(name);
    return dense && { parts: dense.value.parts, message: undefined, dense };
  }

  #reader({ body }: EditedMessage): ByteReader {
    return new ByteReader(body, this.#file, "attribute message", this.#header.address);
  }

  /** Whether the value has the type and shape of the attribute, and takes as many bytes. */
  #isSameKind({ parts }: Found, { dtype, shape, data }: NDArray): boolean {
    const file = this.#file;
    const type = attributeDatatype(file, parts, this.#header.address);
    const space = attributeDataspace(file, parts, this.#header.address);
    if (
      space.kind === "null" ||
      !sameShape(space.shape, shape) ||
      (space.kind === "scalar") !== (shape.length === 0)
    )
      return false;
    if (Array.isArray(data)) return type.class === "vlen-string" && type.charset === "utf8";
    const mapped = mappedType(type);
    const same = mapped?.dtype === dtype && mapped.dims.length === 0 && mapped.enumMembers === undefined;
    return same && isPlainCopy(type, dtype);
  }

  /** New texts go beside those of other attributes in the header, where there is room. */
  #preferCollection(): void {
    if (this.#texts.hasCurrent) return;
    for (const message of this.#header.messages) {
      if (message.type !== ATTRIBUTE) continue;
      const parts = splitAttribute(this.#reader(message));
      const [first] = parts.datatype.shared ? [] : this.#textsOf(parts);
      if (first !== undefined) {
        this.#texts.prefer(first.collection);
        return;
      }
    }
  }

  /** Texts of variable length that an attribute has in the global heap go; the next ones take their place. */
  #freeTexts(parts: AttributeParts): void {
    for (const id of this.#textsOf(parts)) {
      this.#texts.prefer(id.collection);
      this.#texts.remove(id);
    }
  }

  /** Where the texts of an attribute are in the global heap. */
  *#textsOf(parts: AttributeParts): Generator<GlobalHeapId> {
    const file = this.#file;
    const type = attributeDatatype(file, parts, this.#header.address);
    if (type.class !== "vlen-string") return;
    for (let at = 0; at + type.size <= parts.data.length; at += type.size) {
      const reader = new ByteReader(parts.data, file, "element of variable length", this.#header.address);
      reader.position = at + 4;
      const collection = reader.fileAddress() ?? 0;
      const index = reader.u32();
      if (collection !== 0 && index !== 0) yield { collection, index };
    }
  }

  #encode({ data }: NDArray): Uint8Array {
    if (!Array.isArray(data)) return bytesOf(data).slice();
    const { offsetSize } = this.#file;
    const encoded = data.map((text) => encodeText(text));
    const writer = new ByteWriter(new Uint8Array(data.length * newType("string").size));
    for (const text of encoded) {
      const { collection, index } = this.#texts.add(text);
      writer.u32(text.length).uint(collection, offsetSize).u32(index);
    }
    return writer.bytes;
  }

  #message(name: string, { dtype, shape }: NDArray, data: Uint8Array): Uint8Array {
    const type: Datatype = newType(dtype);
    const datatype = encodeDatatype(type);
    if (datatype === undefined)
      throw new FileStorageException(
        `${this.#file.name}: attribute "${name}" of ${dtype} ${shapeText(shape)}`,
      );
    const kind = shape.length === 0 ? "scalar" : "simple";
    const dataspace = encodeDataspace({ kind, shape, maxShape: shape }, this.#file.lengthSize);
    return encodeAttribute(name, datatype, dataspace, data);
  }
}
