import { FileStorageException } from "@tvb-storage/errors";
import type { FilePort } from "@tvb-storage/files";
import { denseAttributes, findAttribute, type StoredAttribute } from "../attributes/attribute-storage.js";
import type { Extent } from "../bytes/extent.js";
import { type ObjectHeader, readObjectHeader } from "../headers/object-header.js";
import { type StructureFile, structureFile } from "../headers/structure-file.js";
import { removeDenseEntry } from "./dense-remove.js";
import { committedDatatypeOf } from "./object-extents.js";
import { eraseMessage } from "./object-header-edit.js";
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
  port: FilePort | StructureFile,
  objectAddress: number,
  name: string,
  fileName?: string,
): readonly Extent[] {
  const file = structureFile(port, fileName);
  const header = readObjectHeader(file, objectAddress);
  const attribute = findAttribute(file, header, name);
  if (attribute === undefined) {
    throw new FileStorageException(
      `${file.name}: the object at address ${objectAddress} has no attribute "${name}" to remove.`,
    );
  }
  const reclaim = new Reclaim(file);
  const datatype = committedDatatypeOf(file, attribute);
  if (datatype !== undefined) reclaim.release(datatype);
  const freed = takeOut(file, header, attribute, name);
  reclaim.apply();
  return [...freed, ...reclaim.freed];
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
  const { creationOrder, location } = attribute;
  const heapId = location.kind === "heap" ? location.heapId : undefined;
  return removeDenseEntry(file, header, dense, { name, creationOrder, heapId });
}
