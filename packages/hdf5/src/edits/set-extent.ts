import { FileStorageException } from "@tvb-storage/errors";
import type { FilePort } from "@tvb-storage/files";
import { ByteWriter } from "../bytes/byte-writer.js";
import { decodeDataspace } from "../datatypes/dataspace-message.js";
import { DATASPACE } from "../headers/message-type.js";
import { openMessage } from "./object-header-edit.js";

/**
 * Enlarges a dataset within its largest extent, where all chunks of the new
 * extent are there already: "Dataspace Message", the dimension sizes. HDF5 must
 * not have the file open.
 *
 * @throws FileStorageException another rank, a smaller extent, or one beyond the limit.
 */
export function setExtent(
  port: FilePort,
  objectAddress: number,
  shape: readonly number[],
  name?: string,
): void {
  const { file, body, reader, shared, save } = openMessage(port, objectAddress, DATASPACE, name);
  const space = decodeDataspace(reader);
  const grows = (length: number, axis: number): boolean => {
    const now = space.shape[axis] ?? 0;
    const max = space.maxShape[axis] ?? Number.POSITIVE_INFINITY;
    return length >= now && length <= max;
  };
  if (shared || space.kind !== "simple" || space.shape.length !== shape.length || !shape.every(grows)) {
    throw new FileStorageException(
      `${file.name}: the dataset at address ${objectAddress} of shape ${space.shape.join("x")} cannot become ${shape.join("x")}.`,
    );
  }
  const dimensionsAt = body[0] === 1 ? 8 : 4;
  const writer = new ByteWriter(body, dimensionsAt);
  for (const length of shape) writer.uint(length, file.lengthSize);
  save();
}
