import { bytesOf, DATA_TYPES, type MetadataReadOptions, type NDArray } from "@tvb-storage/core";
import { attributeName, placeholderData } from "@tvb-storage/core/internal";
import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { LongCall } from "@tvb-storage/files/internal";
import {
  AttributeEditor,
  attributeNames,
  type FoundObject,
  type Hdf5Structure,
  readAttributes,
  removeAttribute,
  setBooleanAttributeType,
  shrinkEnd,
} from "@tvb-storage/hdf5/internal";
import { creationOf } from "../elements/creation.js";
import type { H5Handle } from "../session/h5-handle.js";
import { createDataset } from "./create-dataset.js";
import { DataWriter } from "./data-writer.js";

/** Attributes of a version 1 object header must fit one message. */
const MAX_COMPACT_BYTES = 64 * 1024 - 1024;

/** All attributes of a node. */
export function getAttributes(
  handle: H5Handle,
  path: string,
  options: MetadataReadOptions,
): [string, NDArray][] {
  const there = handle.resolveExternal(path);
  const node = there.handle.node(there.path);
  return attributeArrays(there.handle.structure, { ...node, path }, handle.label, options);
}

/** The attributes of a node as arrays; `label` is what messages call the file. */
export function attributeArrays(
  structure: Hdf5Structure,
  { path, object }: FoundObject,
  label: string,
  { skipUnreadable = false, onUnreadable }: MetadataReadOptions,
): [string, NDArray][] {
  const values: [string, NDArray][] = [];
  for (const { name, value } of readAttributes(structure.file, structure.header(object.address))) {
    if ("array" in value) values.push([name, value.array]);
    else if (!skipUnreadable) {
      throw new FileStorageException(
        `${label}: attribute "${name}" of ${path} has the type ${value.unreadable}, which cannot be represented; read the others with { skipUnreadable: true }`,
      );
    } else onUnreadable?.(name, value.unreadable);
  }
  return values;
}

function namesOf(handle: H5Handle, node: FoundObject): Set<string> {
  const { structure } = handle;
  return attributeNames(structure.file, structure.header(node.object.address));
}

/**
 * Sets attributes, replacing those of the same names. Within a session: all of them or none.
 * Returns whether the node was created.
 */
export async function setAttributes(
  handle: H5Handle,
  path: string,
  encoded: ReadonlyMap<string, NDArray>,
): Promise<boolean> {
  const found = handle.find(path);
  const node = found ?? (await createPlaceholder(handle, path));
  checkSizes(handle, node, encoded);
  if (!handle.tryEdit((file) => AttributeEditor.set(file, node.object.address, encoded)))
    await setByHdf5(handle, node, encoded);
  return found === undefined;
}

async function createPlaceholder(handle: H5Handle, path: string): Promise<FoundObject> {
  const array = placeholderData(DATA_TYPES);
  const { dtype, shape } = array;
  await createDataset(handle, { path, dtype, shape, layout: {} });
  const call = new LongCall(`creating ${path} in ${handle.label}`);
  const writer = new DataWriter(handle, handle.dataset(path), call, { isNew: true });
  await writer.write(array, [0]);
  return handle.node(path);
}

async function setByHdf5(
  handle: H5Handle,
  node: FoundObject,
  encoded: ReadonlyMap<string, NDArray>,
): Promise<void> {
  await handle.loadHdf5();
  const { path } = node;
  const existing = namesOf(handle, node);
  for (const [name, value] of encoded) {
    if (existing.has(name)) handle.forWriting().deleteAttribute(path, name);
    const creation = creationOf(value.dtype, { shape: value.shape, maxShape: value.shape });
    if (Array.isArray(value.data))
      handle.forWriting().createStringAttribute(path, name, creation, value.data);
    else handle.forWriting().createAttribute(path, name, creation, bytesOf(value.data));
  }
  const booleans = [...encoded].filter(([, value]) => value.dtype === "bool").map(([name]) => name);
  if (booleans.length === 0) return;
  handle.edit((file) => {
    for (const name of booleans) setBooleanAttributeType(file, node.object.address, name);
  });
}

/** Old object headers cannot hold large attributes: checked before an old value is removed. */
function checkSizes(handle: H5Handle, node: FoundObject, encoded: ReadonlyMap<string, NDArray>): void {
  const { version } = handle.structure.header(node.object.address);
  if (version !== 1) return;
  for (const [name, { data }] of encoded) {
    const bytes = Array.isArray(data) ? data.length * 16 : data.byteLength;
    if (bytes > MAX_COMPACT_BYTES) {
      throw new FileStorageException(
        `${handle.label}: attribute "${name}" of ${node.path} needs ${bytes} bytes, and the node's old object header holds at most ${MAX_COMPACT_BYTES}; store it as a dataset`,
      );
    }
  }
}

/** Removes one attribute; `checkExistence` makes a missing one a no-op. */
export function removeMetadata(
  handle: H5Handle,
  path: string,
  key: string,
  options: { tvbSpecificMetadata?: boolean; checkExistence?: boolean },
): void {
  const node = handle.find(path);
  if (node === undefined)
    throw new FileStructureException(`${handle.label} has no ${path} to remove metadata "${key}" from`);
  const name = attributeName(key, options.tvbSpecificMetadata);
  if (namesOf(handle, node).has(name)) {
    handle.edit((file) => shrinkEnd(file, removeAttribute(file, node.object.address, name)));
    return;
  }
  if (options.checkExistence) return;
  throw new FileStructureException(
    `${handle.label}: ${path} has no metadata "${key}" (attribute "${name}") to remove`,
  );
}
