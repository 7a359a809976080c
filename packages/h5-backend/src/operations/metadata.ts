import { bytesOf, type NDArray } from "@tvb-storage/core";
import { attributeName, PLACEHOLDER_DATA, sameShape } from "@tvb-storage/core/internal";
import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import {
  attributeNames,
  type Dataspace,
  type Datatype,
  type FoundObject,
  isPlainCopy,
  readAttributes,
  removeAttribute,
  replaceAttributeValue,
  representation,
  setBooleanAttributeType,
  shrinkEnd,
} from "@tvb-storage/hdf5/internal";
import { creationOf } from "../elements/creation.js";
import type { FileView } from "../session/file-view.js";
import { createDataset } from "./create-dataset.js";

/** Attributes of a version 1 object header must fit one message. */
const LARGEST_COMPACT_BYTES = 64 * 1024 - 1024;

/** All attributes of a node. */
export function getAttributes(view: FileView, path: string, skipUnreadable: boolean): [string, NDArray][] {
  const there = view.follow(path);
  const { object } = there.view.node(there.path);
  const { structure } = there.view;
  const values: [string, NDArray][] = [];
  for (const { name, value } of readAttributes(structure.file, structure.header(object.address))) {
    if ("array" in value) values.push([name, value.array]);
    else if (!skipUnreadable) {
      throw new FileStorageException(
        `${view.label}: attribute "${name}" of ${path} has the type ${value.unreadable}, which cannot be represented; read the others with { skipUnreadable: true }`,
      );
    }
  }
  return values;
}

function namesOf(view: FileView, node: FoundObject): Set<string> {
  const { structure } = view;
  return attributeNames(structure.file, structure.header(node.object.address));
}

/**
 * Sets attributes, replacing those of the same names. Within a session: all of
 * them or none. Whether the node was made for it.
 */
export function setAttributes(view: FileView, path: string, encoded: ReadonlyMap<string, NDArray>): boolean {
  let node = view.find(path);
  const isMissing = node === undefined;
  if (node === undefined) {
    const { dtype, shape } = PLACEHOLDER_DATA;
    createDataset(view, { path, dtype, shape, layout: {} }, PLACEHOLDER_DATA);
    node = view.node(path);
  }
  const existing = namesOf(view, node);
  checkSizes(view, node, encoded);
  const created = [...encoded].filter(
    ([name, value]) => !(existing.has(name) && replaceInPlace(view, node, name, value)),
  );
  for (const [name, value] of created) {
    if (existing.has(name)) view.changing.deleteAttribute(path, name);
    const creation = creationOf(value.dtype, { shape: value.shape, maxShape: value.shape });
    if (Array.isArray(value.data)) view.changing.createStringAttribute(path, name, creation, value.data);
    else view.changing.createAttribute(path, name, creation, bytesOf(value.data));
  }
  const booleans = created.filter(([, value]) => value.dtype === "bool").map(([name]) => name);
  if (booleans.length === 0) return isMissing;
  view.edit((port) => {
    for (const name of booleans) setBooleanAttributeType(port, node.object.address, name, view.label);
  });
  return isMissing;
}

/** A number over one of the same type and shape needs no new attribute. */
function replaceInPlace(view: FileView, node: FoundObject, name: string, value: NDArray): boolean {
  const { data, dtype, shape } = value;
  if (Array.isArray(data) || view.isDirty) return false;
  const fits = (type: Datatype, space: Dataspace): boolean => {
    const shown = representation(type);
    const same = shown?.dtype === dtype && shown.dims.length === 0 && shown.enumMembers === undefined;
    return same && isPlainCopy(type, dtype) && space.kind !== "null" && sameShape(space.shape, shape);
  };
  return view.edit((port) =>
    replaceAttributeValue(port, node.object.address, name, bytesOf(data), fits, view.label),
  );
}

/** Old object headers cannot hold large attributes: better said before an old value is removed. */
function checkSizes(view: FileView, node: FoundObject, encoded: ReadonlyMap<string, NDArray>): void {
  const { version } = view.structure.header(node.object.address);
  if (version !== 1) return;
  for (const [name, { data }] of encoded) {
    const bytes = Array.isArray(data) ? data.length * 16 : data.byteLength;
    if (bytes > LARGEST_COMPACT_BYTES) {
      throw new FileStorageException(
        `${view.label}: attribute "${name}" of ${node.path} needs ${bytes} bytes, and the node's old object header holds at most ${LARGEST_COMPACT_BYTES}; store it as a dataset`,
      );
    }
  }
}

/** Removes one attribute; `checkExistence` makes a missing one a no-op. */
export function removeMetadata(
  view: FileView,
  path: string,
  key: string,
  options: { tvbSpecificMetadata?: boolean; checkExistence?: boolean },
): void {
  const node = view.find(path);
  if (node === undefined)
    throw new FileStructureException(`${view.label} has no ${path} to remove metadata "${key}" from`);
  const name = attributeName(key, options.tvbSpecificMetadata);
  if (namesOf(view, node).has(name)) {
    view.edit((port) => shrinkEnd(port, removeAttribute(port, node.object.address, name, view.label)));
    return;
  }
  if (options.checkExistence) return;
  throw new FileStructureException(
    `${view.label}: ${path} has no metadata "${key}" (attribute "${name}") to remove`,
  );
}
