import { allocate, bytesOf, type DataType, elementCount, itemSize, type NDArray } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";

/** Numbers as they are in memory, which is shared; texts as a list in JSON, which keeps halves of surrogate pairs. */
export function encodeArray(array: NDArray): Uint8Array {
  return array.dtype === "string"
    ? new TextEncoder().encode(JSON.stringify(array.data))
    : bytesOf(array.data);
}

/** @throws FileStorageException bytes that are not those of such an array. */
export function decodeArray(dtype: DataType, shape: readonly number[], bytes: Uint8Array): NDArray {
  const count = elementCount(shape);
  if (dtype === "string") {
    const data: unknown = JSON.parse(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
    if (!Array.isArray(data) || data.length !== count || !data.every((text) => typeof text === "string"))
      throw new FileStorageException(`these are not ${count} texts`);
    return { dtype, shape, data };
  }
  if (bytes.length !== count * itemSize(dtype))
    throw new FileStorageException(`${bytes.length} bytes are not ${count} elements of ${dtype}`);
  const data = allocate(dtype, count);
  bytesOf(data).set(bytes);
  return { dtype, shape, data } as NDArray; // `allocate` gave the container of its type
}
