import { FileStorageException } from "@tvb-storage/errors";
import type { FilePort } from "@tvb-storage/files";
import {
  attributeNameOrder,
  type DenseAttributes,
  denseAttributes,
  findAttribute,
  type StoredAttribute,
} from "../attributes/attribute-storage.js";
import { BTREE2_TYPE, readBtree2Header } from "../btrees/btree-v2.js";
import { ByteReader } from "../bytes/byte-reader.js";
import type { Extent } from "../bytes/extent.js";
import { messageReader } from "../groups/group.js";
import { ATTRIBUTE_INFO, DATATYPE } from "../headers/message-type.js";
import { findMessage, type ObjectHeader, readObjectHeader } from "../headers/object-header.js";
import { StructureFile } from "../headers/structure-file.js";
import { resolveShared } from "../messages/shared-message.js";
import { removeBtree2Record } from "./btree-v2-remove.js";
import { removeHugeObject } from "./huge-object-remove.js";
import { denseExtents } from "./object-extents.js";
import { editMessage, eraseMessage } from "./object-header-edit.js";
import { Reclaim } from "./reclaim.js";

/**
 * Removes an attribute of the object at `objectAddress`, in place, from its header
 * or from dense storage. HDF5 must not have the file open; what `removeLink` says
 * of half-edited files and of space holds here too.
 *
 * @returns Space of the file that nothing uses any more: see `shrinkEnd`.
 * @throws FileStorageException where there is no such attribute, or the file is damaged.
 */
export function removeAttribute(
  port: FilePort,
  objectAddress: number,
  name: string,
  fileName?: string,
): readonly Extent[] {
  const file = new StructureFile(port, fileName);
  const header = readObjectHeader(file, objectAddress);
  const attribute = findAttribute(file, header, name);
  if (attribute === undefined) {
    throw new FileStorageException(
      `${file.name}: the object at address ${objectAddress} has no attribute "${name}" to remove.`,
    );
  }
  const reclaim = new Reclaim(file);
  const datatype = committedDatatype(file, attribute);
  if (datatype !== undefined) reclaim.release(datatype);
  const freed = takeOut(file, header, attribute, name);
  reclaim.apply();
  return [...freed, ...reclaim.freed];
}

/** The committed datatype that counts this attribute among its links. */
function committedDatatype(file: StructureFile, attribute: StoredAttribute): number | undefined {
  const { parts, address, place } = attribute;
  if (!parts.datatype.shared || place.kind === "shared") return undefined;
  const reader = new ByteReader(parts.datatype.bytes, file, "attribute's datatype", address);
  return resolveShared(file, DATATYPE, reader).committedAt;
}

function takeOut(
  file: StructureFile,
  header: ObjectHeader,
  attribute: StoredAttribute,
  name: string,
): Extent[] {
  if (attribute.message !== undefined) {
    eraseMessage(file, header, attribute.message);
    return [];
  }
  const dense = denseAttributes(file, header);
  if (dense === undefined) throw file.damage("object header", header.address, "its attributes moved");
  const names = readBtree2Header(file, dense.nameIndexAddress, [BTREE2_TYPE.attributeName]);
  const orderAddress = dense.info.creationOrderIndexAddress;
  if (names.totalRecords === 1) {
    const freed = [...denseExtents(file, dense.heap, [dense.nameIndexAddress, orderAddress])];
    forgetDenseAttributes(file, header);
    return freed;
  }
  const freed: Extent[] = [];
  const removal = removeBtree2Record(file, names, attributeNameOrder(file, dense.heap, name));
  freed.push(...(removal?.freed ?? []));
  if (orderAddress !== undefined) freed.push(...removeFromOrder(file, orderAddress, attribute));
  freed.push(...freeHugeValue(file, dense, attribute));
  return freed;
}

/** Record type 9: heap ID, message flags, creation order. */
function removeFromOrder(
  file: StructureFile,
  address: number,
  attribute: StoredAttribute,
): readonly Extent[] {
  const orders = readBtree2Header(file, address, [BTREE2_TYPE.attributeOrder]);
  const removal = removeBtree2Record(file, orders, (record) => {
    const reader = new ByteReader(record, file, "attribute order record", address);
    reader.skip(9);
    return (attribute.creationOrder ?? 0) - reader.u32();
  });
  if (removal === undefined) {
    throw file.damage("version 2 B-tree", address, "an attribute is not in this creation order index");
  }
  return removal.freed;
}

function freeHugeValue(
  file: StructureFile,
  dense: DenseAttributes,
  attribute: StoredAttribute,
): readonly Extent[] {
  return attribute.place.kind === "heap" ? removeHugeObject(file, dense.heap, attribute.place.heapId) : [];
}

/** The last attribute went: the object keeps its next ones in its header again. */
function forgetDenseAttributes(file: StructureFile, header: ObjectHeader): void {
  const message = findMessage(header, ATTRIBUTE_INFO);
  if (message === undefined) {
    throw file.damage("object header", header.address, "its attribute info message is gone");
  }
  const flags = messageReader(file, message, "attribute info message").bytes[1] ?? 0;
  const at = 2 + ((flags & 0x01) !== 0 ? 2 : 0);
  const addresses = (flags & 0x02) !== 0 ? 3 : 2;
  editMessage(file, header, message, at, (writer) => {
    for (let index = 0; index < addresses; index += 1) writer.uint(undefined, file.offsetSize);
  });
}
