import { allocate, elementCount, type NDArray } from "@tvb-storage/core/arrays";
import { attributeDataspace, attributeDatatype } from "../attributes/attribute-message.js";
import { type StoredAttribute, storedAttributes } from "../attributes/attribute-storage.js";
import { datatypeName } from "../datatypes/datatype-name.js";
import { mappedType } from "../datatypes/mapped-type.js";
import type { ObjectHeader } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import { GlobalHeap } from "../heaps/global-heap.js";
import { decodeElements } from "./decode.js";
import { vlenText } from "./vlen-text.js";

/** An attribute's value, or the name of the type that cannot be represented. */
export type AttributeValue = { readonly array: NDArray } | { readonly unreadable: string };

export interface NamedAttribute {
  readonly name: string;
  readonly value: AttributeValue;
}

/** All attributes of an object, read from the file's bytes without HDF5. */
export function readAttributes(file: StructureFile, header: ObjectHeader): NamedAttribute[] {
  const heap = new GlobalHeap(file);
  return Array.from(storedAttributes(file, header), (stored) => ({
    name: stored.parts.name,
    value: decodeAttribute(file, heap, stored),
  }));
}

/** The names of an object's attributes. */
export function attributeNames(file: StructureFile, header: ObjectHeader): Set<string> {
  return new Set(Array.from(storedAttributes(file, header), (stored) => stored.parts.name));
}

function decodeAttribute(file: StructureFile, heap: GlobalHeap, stored: StoredAttribute): AttributeValue {
  const { parts, address } = stored;
  const type = attributeDatatype(file, parts, address);
  const space = attributeDataspace(file, parts, address);
  const mapped = mappedType(type);
  if (mapped === undefined) return { unreadable: datatypeName(type) };
  const shape = space.kind === "null" ? [0] : space.shape;
  const count = elementCount(shape);
  if (count * type.size > parts.data.length) {
    throw file.damage(
      "attribute message",
      address,
      `"${parts.name}" needs ${count * type.size} bytes of data and has ${parts.data.length}`,
    );
  }
  const { dtype, dims, enumMembers } = mapped;
  const data = allocate(dtype, count * elementCount(dims));
  const elements = { bytes: parts.data, count, stride: type.size, offset: 0 };
  decodeElements(type, elements, { data, entry: 0 }, vlenText(heap));
  const array = { dtype, shape: [...shape, ...dims], data } as NDArray; // `allocate` gave its container
  return { array: enumMembers === undefined ? array : { ...array, enumMembers } };
}
