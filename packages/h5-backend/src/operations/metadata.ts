import { attributeName, decodeMetadata, type Metadata, type NDArray } from "@tvb-storage/core";
import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { creationOf } from "../elements/creation.js";
import { bytesOf } from "../elements/encode.js";
import { attributeNames, readAttributes } from "../elements/read-attributes.js";
import { setBooleanAttributeType } from "../format/index.js";
import type { FileView, FoundNode } from "../session/file-view.js";
import { createDataset } from "./create-dataset.js";
import { PLACEHOLDER_DATA } from "./store-data.js";

/** Attributes of a version 1 object header must fit one message. */
const LARGEST_COMPACT_BYTES = 64 * 1024 - 1024;

/** All metadata of a node. */
export function getMetadata(view: FileView, path: string, skipUnreadable: boolean): Metadata {
  const { object } = view.node(path);
  const { structure } = view;
  const values: [string, NDArray][] = [];
  for (const { name, value } of readAttributes(structure.file, structure.header(object.address))) {
    if ("array" in value) values.push([name, value.array]);
    else if (!skipUnreadable) {
      throw new FileStorageException(
        `${view.label}: attribute "${name}" of ${path} has the type ${value.unreadable}, which cannot be represented; read the others with { skipUnreadable: true }`,
      );
    }
  }
  return decodeMetadata(values);
}

function namesOf(view: FileView, node: FoundNode): Set<string> {
  const { structure } = view;
  return attributeNames(structure.file, structure.header(node.object.address));
}

/** Sets attributes, replacing those of the same names. Within a session: all of them or none. */
export function setMetadata(view: FileView, path: string, encoded: ReadonlyMap<string, NDArray>): void {
  if (view.find(path) === undefined) {
    const { dtype, shape } = PLACEHOLDER_DATA;
    createDataset(view, { path, dtype, shape, layout: {} }, PLACEHOLDER_DATA);
  }
  const node = view.node(path);
  const existing = namesOf(view, node);
  checkSizes(view, node, encoded);
  for (const [name, value] of encoded) {
    if (existing.has(name)) view.changing.deleteAttribute(path, name);
    const creation = creationOf(value.dtype, { shape: value.shape, maxShape: value.shape });
    if (Array.isArray(value.data)) view.changing.createStringAttribute(path, name, creation, value.data);
    else view.changing.createAttribute(path, name, creation, bytesOf(value.data));
  }
  const booleans = [...encoded].filter(([, value]) => value.dtype === "bool").map(([name]) => name);
  if (booleans.length === 0) return;
  view.edit((port) => {
    for (const name of booleans) setBooleanAttributeType(port, node.object.address, name, view.label);
  });
}

/** Old object headers cannot hold large attributes: better said before an old value is removed. */
function checkSizes(view: FileView, node: FoundNode, encoded: ReadonlyMap<string, NDArray>): void {
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
    view.changing.deleteAttribute(path, name);
    return;
  }
  if (options.checkExistence) return;
  throw new FileStructureException(
    `${view.label}: ${path} has no metadata "${key}" (attribute "${name}") to remove`,
  );
}
