import { FileStorageException } from "@tvb-storage/errors";
import type { FilePort } from "@tvb-storage/files";
import { attributeDatatype } from "../attributes/attribute-message.js";
import { findAttribute } from "../attributes/attribute-storage.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import { type Datatype, isBoolean } from "../datatypes/datatype.js";
import { decodeDatatype } from "../datatypes/datatype-message.js";
import { datatypeName } from "../datatypes/datatype-name.js";
import { DATATYPE } from "../headers/message-type.js";
import { readObjectHeader } from "../headers/object-header.js";
import { type StructureFile, structureFile } from "../headers/structure-file.js";
import { editAttributeType, hasOwnType } from "./attribute-type-edit.js";
import { openMessage } from "./object-header-edit.js";

/**
 * The name of the one int8 member of the compound type that is the placeholder of a boolean: with
 * its eleven characters the type's encoding has exactly the length of the boolean enumeration's.
 */
export const BOOLEAN_PLACEHOLDER_MEMBER = "tvb_boolean";

/** h5py's numpy bool, "Datatype Message" version 3: an enumeration of int8 with FALSE = 0 and TRUE = 1. */
function booleanEnumeration(): Uint8Array {
  const text = new TextEncoder().encode("FALSE\0TRUE\0");
  const writer = new ByteWriter(new Uint8Array(8 + 12 + text.length + 2));
  writer.u8(0x38).u8(2).u16(0).u32(1); // version 3, class enumeration; two members; one byte
  writer.u8(0x10).u8(0x08).u16(0).u32(1).u16(0).u16(8); // version 1, class fixed-point; signed; bits 0 to 7
  return writer.put(text).u8(0).u8(1).bytes;
}

/**
 * Makes a boolean dataset of one that was created with the placeholder type (a
 * compound of one int8 member, see `BOOLEAN_PLACEHOLDER_MEMBER`): its datatype
 * message is replaced in place by h5py's boolean enumeration. A dataset that is
 * boolean already is left as it is. HDF5 must not have the file open.
 * @throws FileStorageException where the dataset has another type.
 */
export function setBooleanType(port: FilePort | StructureFile, objectAddress: number, name?: string): void {
  const { file, body, reader, shared, save } = openMessage(port, objectAddress, DATATYPE, name);
  const what = `the dataset at address ${objectAddress}`;
  const type = decodeDatatype(reader);
  if (isBoolean(type)) return;
  if (shared) throw notPlaceholder(file, what, "a committed datatype");
  replaceType(file, what, type, body);
  save();
}

/**
 * The same for an attribute, in the object header or in dense storage.
 * @throws FileStorageException where there is no such attribute, or it has another type.
 */
export function setBooleanAttributeType(
  port: FilePort | StructureFile,
  objectAddress: number,
  attributeName: string,
  name?: string,
): void {
  const file = structureFile(port, name);
  const header = readObjectHeader(file, objectAddress);
  const what = `attribute "${attributeName}" of the object at address ${objectAddress}`;
  const attribute = findAttribute(file, header, attributeName);
  if (attribute === undefined) throw new FileStorageException(`${file.name}: there is no ${what}.`);
  const type = attributeDatatype(file, attribute.parts, attribute.address);
  if (isBoolean(type)) return;
  if (!hasOwnType(attribute)) throw notPlaceholder(file, what, "a shared datatype");
  editAttributeType(file, header, attribute, (encoded) => replaceType(file, what, type, encoded));
}

/** Overwrites the encoding of a placeholder type; bytes beyond the new one become zeros, which readers skip. */
function replaceType(file: StructureFile, what: string, type: Datatype, encoded: Uint8Array): void {
  const boolean = booleanEnumeration();
  if (!isPlaceholder(type)) throw notPlaceholder(file, what, datatypeName(type));
  if (encoded.length < boolean.length) {
    throw notPlaceholder(file, what, `a compound type that is encoded in ${encoded.length} bytes`);
  }
  encoded.fill(0);
  encoded.set(boolean);
}

function isPlaceholder(type: Datatype): boolean {
  if (type.class !== "compound" || type.size !== 1 || type.members.length !== 1) return false;
  const member = type.members[0]?.type;
  return member?.class === "fixed-point" && member.signed && member.precision === 8;
}

function notPlaceholder(file: StructureFile, what: string, found: string): FileStorageException {
  return new FileStorageException(
    `${file.name}: ${what} cannot be made boolean: expected a compound of one int8 member, found ${found}.`,
  );
}
