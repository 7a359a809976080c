import { BTREE2_TYPE } from "../btrees/btree-v2.js";
import { ByteList } from "../bytes/byte-list.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { compareText } from "../bytes/text-order.js";
import { ATTRIBUTE, ATTRIBUTE_INFO, SHARED_FLAG } from "../headers/message-type.js";
import type { HeaderMessage, ObjectHeader } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import { type DenseKind, type DenseStorage, denseStorage } from "../heaps/dense-storage.js";
import { resolveBody } from "../messages/shared-message.js";
import { readSharedHeapMessage } from "../messages/shared-message-table.js";
import { type AttributeParts, splitAttribute } from "./attribute-message.js";

/** An attribute where it is stored. */
export interface StoredAttribute {
  readonly parts: AttributeParts;
  /** Address of the message's body. */
  readonly address: number;
  readonly creationOrder: number | undefined;
  /** The header message that is, or points to, the attribute; undefined in dense storage. */
  readonly message: HeaderMessage | undefined;
  readonly location:
    | { readonly kind: "message"; readonly message: HeaderMessage }
    | { readonly kind: "heap"; readonly heapId: Uint8Array }
    /** In the file's shared message heap: other objects may use it too. */
    | { readonly kind: "shared" };
}

/**
 * Attributes in dense storage: record types 8 (heap ID, message flags, creation order, hash of the name) and 9 (the
 * same without the hash).
 */
export const ATTRIBUTES: DenseKind<StoredAttribute> = {
  entry: "attribute",
  infoMessage: ATTRIBUTE_INFO,
  maxOrderBytes: 2,
  nameType: BTREE2_TYPE.attributeName,
  hashAt: 13,
  orderType: BTREE2_TYPE.attributeOrder,
  orderAt: 9,
  orderBytes: 4,
  heap: { idLength: 8, startingBlockSize: 1024, offsetBits: 40 },
  records: ({ heapId, flags, creationOrder, hash }) => {
    const order = new ByteList().put(heapId).u8(flags).u32(creationOrder);
    return { order: order.bytes, name: order.u32(hash).bytes };
  },
  read(file, heap, record) {
    const reader = new ByteReader(record, file, "attribute name record", heap.address);
    const id = reader.take(8);
    const shared = (reader.u8() & SHARED_FLAG) !== 0;
    const creationOrder = reader.u32();
    const heapId = shared ? undefined : id;
    const message = shared ? sharedMessage(file, id) : heap.read(id);
    const { address } = message;
    const parts = splitAttribute(message);
    const location = shared ? ({ kind: "shared" } as const) : ({ kind: "heap", heapId: id } as const);
    const value = { parts, address, creationOrder, message: undefined, location };
    return { value, name: parts.name, creationOrder, extent: { address, size: parts.data.length }, heapId };
  },
};

function sharedMessage(file: StructureFile, id: Uint8Array): ByteReader {
  const { bytes, address } = readSharedHeapMessage(file, ATTRIBUTE, id);
  return new ByteReader(bytes, file, "attribute message", address);
}

/** The dense storage of an object's attributes, undefined while they are header messages. */
export function denseAttributes(
  file: StructureFile,
  header: ObjectHeader,
): DenseStorage<StoredAttribute> | undefined {
  return denseStorage(file, header, ATTRIBUTES);
}

/** All attributes of an object as h5py lists them: in order of creation where that is tracked, else by name. */
export function storedAttributes(file: StructureFile, header: ObjectHeader): StoredAttribute[] {
  const attributes: StoredAttribute[] = [];
  for (const message of header.messages) {
    if (message.type === ATTRIBUTE) attributes.push(compactAttribute(file, message));
  }
  for (const attribute of denseAttributes(file, header)?.all() ?? []) attributes.push(attribute);
  return attributes.sort(header.tracksAttributeOrder ? byCreation : byName);
}

function byCreation(left: StoredAttribute, right: StoredAttribute): number {
  return (left.creationOrder ?? 0) - (right.creationOrder ?? 0);
}

function byName({ parts: left }: StoredAttribute, { parts: right }: StoredAttribute): number {
  return compareText(left.name, right.name);
}

/** The attribute of that name, without reading the others where there is an index. */
export function findAttribute(
  file: StructureFile,
  header: ObjectHeader,
  name: string,
): StoredAttribute | undefined {
  for (const message of header.messages) {
    if (message.type !== ATTRIBUTE) continue;
    const attribute = compactAttribute(file, message);
    if (attribute.parts.name === name) return attribute;
  }
  return denseAttributes(file, header)?.find(name)?.value;
}

function compactAttribute(file: StructureFile, message: HeaderMessage): StoredAttribute {
  const body = resolveBody(file, message);
  const reader = new ByteReader(body.bytes, file, "attribute message", body.address);
  const location =
    (message.flags & SHARED_FLAG) !== 0
      ? ({ kind: "shared" } as const)
      : ({ kind: "message", message } as const);
  return {
    parts: splitAttribute(reader),
    address: body.address,
    creationOrder: message.creationOrder,
    message,
    location,
  };
}
