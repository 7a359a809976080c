import { denseAttributes, type StoredAttribute } from "../attributes/attribute-storage.js";
import { type ObjectHeader, writeChunk } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";

/** An attribute that no other object uses. */
type OwnAttribute = StoredAttribute & {
  readonly location: Exclude<StoredAttribute["location"], { readonly kind: "shared" }>;
};

/** Whether neither the attribute nor its datatype is shared with others. */
export function hasOwnType(attribute: StoredAttribute): attribute is OwnAttribute {
  return !attribute.parts.datatype.shared && attribute.location.kind !== "shared";
}

/** Edits the encoded datatype of an attribute in place, in the object header or in dense storage. */
export function editAttributeType(
  file: StructureFile,
  header: ObjectHeader,
  { parts, location }: OwnAttribute,
  edit: (encoded: Uint8Array) => void,
): void {
  const { at, bytes } = parts.datatype;
  if (location.kind === "message") {
    edit(bytes); // a view of the header's chunk
    writeChunk(file, header, location.message.chunk);
    return;
  }
  const dense = denseAttributes(file, header);
  if (dense === undefined) throw file.damage("object header", header.address, "its attributes moved");
  dense.heap.edit(location.heapId, (object) => edit(object.subarray(at, at + bytes.length)));
}
