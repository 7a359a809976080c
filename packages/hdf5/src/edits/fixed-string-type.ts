import { FileStorageException } from "@tvb-storage/errors";
import type { FilePort } from "@tvb-storage/files";
import { decodeDatatype } from "../datatypes/datatype-message.js";
import { datatypeName } from "../datatypes/datatype-name.js";
import { DATATYPE } from "../headers/message-type.js";
import type { StructureFile } from "../headers/structure-file.js";
import { openMessage } from "./object-header-edit.js";

/** "Datatype Message", class bits of strings: padding with NULs (1), character set UTF-8 (1). */
const NULL_PADDED_UTF8 = 0x11;

/**
 * Declares the fixed-length strings of a new dataset as NUL-padded UTF-8, as
 * h5py does, where h5wasm can only create NUL-terminated ASCII or space-padded
 * UTF-8. Data of NULs and text are right in either. HDF5 must not have the file open.
 *
 * @throws FileStorageException the dataset does not hold strings of fixed length.
 */
export function setFixedStringType(
  port: FilePort | StructureFile,
  objectAddress: number,
  name?: string,
): void {
  const { file, body, reader, shared, save } = openMessage(port, objectAddress, DATATYPE, name);
  const type = decodeDatatype(reader);
  if (type.class !== "string" || shared) {
    throw new FileStorageException(
      `${file.name}: the type ${datatypeName(type)} at address ${objectAddress} is no string of fixed length.`,
    );
  }
  // Version and class, then the class bits.
  body[1] = NULL_PADDED_UTF8;
  save();
}
