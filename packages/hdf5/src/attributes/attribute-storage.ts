import { encodeText } from "@tvb-storage/files";
import { lookup3 } from "@tvb-storage/files/internal";
import { BTREE2_TYPE, btree2Records, findBtree2Record, readBtree2Header } from "../btrees/btree-v2.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { compareText } from "../bytes/text-order.js";
import { messageReader } from "../groups/group.js";
import { ATTRIBUTE, ATTRIBUTE_INFO, SHARED_FLAG } from "../headers/message-type.js";
import { findMessage, type HeaderMessage, type ObjectHeader } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import { Traversal } from "../headers/traversal.js";
import { FractalHeap } from "../heaps/fractal-heap.js";
import { resolveBody } from "../messages/shared-message.js";
import { readSharedHeapMessage } from "../messages/shared-message-table.js";
import { type AttributeInfo, decodeAttributeInfo } from "./attribute-info-message.js";
import { type AttributeParts, splitAttribute } from "./attribute-message.js";

/** An attribute where it is stored. */
export interface StoredAttribute {
  readonly parts: AttributeParts;
  /** Address of the message's body. */
  readonly address: number;
  readonly creationOrder: number | undefined;
  /** The header message that is, or points to, the attribute; undefined in dense storage. */
  readonly message: HeaderMessage | undefined;
  readonly place:
    | { readonly kind: "message"; readonly message: HeaderMessage }
    | { readonly kind: "heap"; readonly heapId: Uint8Array }
    /** In the file's shared message heap: other objects may use it too. */
    | { readonly kind: "shared" };
}

/** An object's attributes in a heap of their own ("dense" storage). */
export interface DenseAttributes {
  readonly heap: FractalHeap;
  readonly nameIndexAddress: number;
  readonly info: AttributeInfo;
}

/** The dense storage of an object's attributes, undefined while they are header messages. */
export function denseAttributes(file: StructureFile, header: ObjectHeader): DenseAttributes | undefined {
  const message = findMessage(header, ATTRIBUTE_INFO);
  if (message === undefined) return undefined;
  const reader = messageReader(file, message, "attribute info message");
  const info = decodeAttributeInfo(reader);
  const { heapAddress, nameIndexAddress } = info;
  if (heapAddress === undefined) return undefined;
  if (nameIndexAddress === undefined) throw reader.damage("attributes in a heap without an index of names");
  return { heap: new FractalHeap(file, heapAddress), nameIndexAddress, info };
}

/** All attributes of an object as h5py lists them: in order of creation where that is tracked, else by name. */
export function storedAttributes(file: StructureFile, header: ObjectHeader): StoredAttribute[] {
  const attributes: StoredAttribute[] = [];
  for (const message of header.messages) {
    if (message.type === ATTRIBUTE) attributes.push(compactAttribute(file, message));
  }
  const dense = denseAttributes(file, header);
  if (dense !== undefined) {
    const tree = readBtree2Header(file, dense.nameIndexAddress, [BTREE2_TYPE.attributeName]);
    // No two records of a sound index share their attribute: a forged one must not multiply what is read.
    const traversal = new Traversal(file);
    for (const record of btree2Records(file, tree)) {
      const attribute = denseAttribute(file, dense.heap, record);
      traversal.enter("attribute message", attribute.address, attribute.parts.data.length);
      attributes.push(attribute);
    }
  }
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
  const dense = denseAttributes(file, header);
  return dense === undefined ? undefined : findDenseAttribute(file, dense, name);
}

/** The attribute of that name in dense storage, by way of its index. */
export function findDenseAttribute(
  file: StructureFile,
  dense: DenseAttributes,
  name: string,
): StoredAttribute | undefined {
  const tree = readBtree2Header(file, dense.nameIndexAddress, [BTREE2_TYPE.attributeName]);
  const record = findBtree2Record(file, tree, attributeNameOrder(file, dense.heap, name));
  return record === undefined ? undefined : denseAttribute(file, dense.heap, record);
}

function compactAttribute(file: StructureFile, message: HeaderMessage): StoredAttribute {
  const body = resolveBody(file, message);
  const reader = new ByteReader(body.bytes, file, "attribute message", body.address);
  const place =
    (message.flags & SHARED_FLAG) !== 0
      ? ({ kind: "shared" } as const)
      : ({ kind: "message", message } as const);
  return {
    parts: splitAttribute(reader),
    address: body.address,
    creationOrder: message.creationOrder,
    message,
    place,
  };
}

/** Record type 8: heap ID, message flags, creation order, hash of the name. */
function denseAttribute(file: StructureFile, heap: FractalHeap, record: Uint8Array): StoredAttribute {
  const reader = new ByteReader(record, file, "attribute name record", heap.header.address);
  const heapId = reader.take(8);
  const shared = (reader.u8() & SHARED_FLAG) !== 0;
  const creationOrder = reader.u32();
  if (shared) {
    const body = readSharedHeapMessage(file, ATTRIBUTE, heapId);
    const message = new ByteReader(body.bytes, file, "attribute message", body.address);
    return {
      parts: splitAttribute(message),
      address: body.address,
      creationOrder,
      message: undefined,
      place: { kind: "shared" },
    };
  }
  const message = heap.read(heapId);
  return {
    parts: splitAttribute(message),
    address: message.address,
    creationOrder,
    message: undefined,
    place: { kind: "heap", heapId },
  };
}

/** How a name compares with a record of an index of attribute names: by hash, then by the name itself. */
export function attributeNameOrder(
  file: StructureFile,
  heap: FractalHeap,
  name: string,
): (record: Uint8Array) => number {
  const hash = lookup3(encodeText(name));
  return (record) => {
    const reader = new ByteReader(record, file, "attribute name record", heap.header.address);
    reader.skip(13);
    const found = reader.u32();
    if (hash !== found) return hash - found;
    const other = denseAttribute(file, heap, record).parts.name;
    return compareText(name, other);
  };
}
