import { FileStorageException } from "@tvb-storage/errors";
import type { FilePort } from "@tvb-storage/files";
import { findAttribute } from "../attributes/attribute-storage.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import { type FillValue, putWriteTime } from "../chunks/fill-value-message.js";
import { DATATYPE, FILL_VALUE, FILTER_PIPELINE } from "../headers/message-type.js";
import { readObjectHeader } from "../headers/object-header.js";
import { type StructureFile, structureFile } from "../headers/structure-file.js";
import { editAttributeType, hasOwnType } from "./attribute-type-edit.js";
import { openMessage } from "./object-header-edit.js";

// What h5wasm cannot choose when it creates a dataset or an attribute, and what can be changed in place
// afterwards. HDF5 must not have the file open.

/** "Class Bit Field" of a datatype message: three bytes behind the class, with byte order, padding and character set. */
export function classBits(datatype: Uint8Array): Uint8Array {
  return datatype.slice(1, 4);
}

/**
 * Gives the datatype of a dataset, or of an attribute of any object, other class
 * bits. The caller answers for it that they go with the class.
 *
 * @throws FileStorageException there is no such type, or others share it.
 */
export function setClassBits(
  port: FilePort | StructureFile,
  objectAddress: number,
  attribute: string | undefined,
  bits: Uint8Array,
  fileName?: string,
): void {
  if (attribute === undefined) {
    const { file, body, shared, save } = openMessage(port, objectAddress, DATATYPE, fileName);
    if (shared) throw notOwn(file, `the object at ${objectAddress}`);
    body.set(bits, 1);
    save();
    return;
  }
  const file = structureFile(port, fileName);
  const header = readObjectHeader(file, objectAddress);
  const stored = findAttribute(file, header, attribute);
  if (stored === undefined || !hasOwnType(stored))
    throw notOwn(file, `attribute "${attribute}" of the object at ${objectAddress}`);
  editAttributeType(file, header, stored, (encoded) => encoded.set(bits, 1));
}

function notOwn(file: StructureFile, what: string): FileStorageException {
  return new FileStorageException(`${file.name}: ${what} has no datatype of its own.`);
}

/** Bytes of a version 2 pipeline before its first filter, and of that filter's number, where it is one of HDF5's own. */
const PIPELINE_HEAD = 2;
const FILTER_NUMBER = 2;
const OPTIONAL = 0x01;

/**
 * Declares the only filter of a dataset that h5wasm created as optional, as
 * HDF5's own call for gzip does: a chunk that it cannot code is stored without it.
 *
 * @throws FileStorageException the dataset has no pipeline of that form.
 */
export function setFilterOptional(
  port: FilePort | StructureFile,
  objectAddress: number,
  fileName?: string,
): void {
  const { file, body, shared, save } = openMessage(port, objectAddress, FILTER_PIPELINE, fileName);
  if (shared || body[0] !== 2 || body[1] !== 1) {
    throw new FileStorageException(
      `${file.name}: the object at ${objectAddress} has no filter pipeline of version 2 with one filter.`,
    );
  }
  new ByteWriter(body, PIPELINE_HEAD + FILTER_NUMBER).u16(OPTIONAL);
  save();
}

/**
 * Sets when the fill value of a dataset is written into space that it is allocated.
 *
 * @throws FileStorageException the dataset has no fill value message of its own.
 */
export function setFillTime(
  port: FilePort | StructureFile,
  objectAddress: number,
  writeTime: NonNullable<FillValue["writeTime"]>,
  fileName?: string,
): void {
  const { file, body, shared, save } = openMessage(port, objectAddress, FILL_VALUE, fileName);
  if (shared)
    throw new FileStorageException(
      `${file.name}: the object at ${objectAddress} has no fill value message of its own.`,
    );
  putWriteTime(body, writeTime);
  save();
}
