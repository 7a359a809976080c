import type { FilePort } from "@tvb-storage/files";
import { attributeDataspace, attributeDatatype } from "../attributes/attribute-message.js";
import { findAttribute } from "../attributes/attribute-storage.js";
import type { Dataspace } from "../datatypes/dataspace-message.js";
import type { Datatype } from "../datatypes/datatype.js";
import { readObjectHeader, writeChunk } from "../headers/object-header.js";
import { StructureFile } from "../headers/structure-file.js";

/**
 * Overwrites the value of an attribute that lies in its object's header, where
 * `fits` says that the bytes are one of its type and shape. False where they
 * are not, or where the attribute is elsewhere (dense or shared); nothing is
 * written then. HDF5 must not have the file open.
 */
export function replaceAttributeValue(
  port: FilePort,
  objectAddress: number,
  attributeName: string,
  value: Uint8Array,
  fits: (type: Datatype, space: Dataspace) => boolean,
  name?: string,
): boolean {
  const file = new StructureFile(port, name);
  const header = readObjectHeader(file, objectAddress);
  const attribute = findAttribute(file, header, attributeName);
  if (attribute?.location.kind !== "message") return false;
  const { parts, address, location } = attribute;
  if (value.length > parts.data.length) return false;
  if (!fits(attributeDatatype(file, parts, address), attributeDataspace(file, parts, address))) return false;
  // A view of the header's chunk.
  parts.data.set(value);
  writeChunk(file, header, location.message.chunk);
  return true;
}
