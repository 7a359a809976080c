import {
  type BlockSource,
  checkBlockSource,
  concatenate,
  copyArray,
  elementCount,
  itemSize,
  type LayoutOptions,
  type NDArray,
  type NormalizedInput,
  ndarray,
  placedBlocks,
  shapeText,
} from "@tvb-storage/core";
import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { hasEscapedBytes, throwIfAborted } from "@tvb-storage/files";
import type { NpyHeader } from "./npy-format.js";

/** All blocks of a source as one array. */
export async function joinBlocks(
  source: BlockSource,
  signal: AbortSignal | undefined,
): Promise<NormalizedInput> {
  checkBlockSource(source);
  const blocks: NDArray[] = [ndarray([], { dtype: source.dtype, shape: [0, ...source.shape.slice(1)] })];
  for await (const { block } of placedBlocks(source)) {
    throwIfAborted(signal, "storing");
    blocks.push(copyArray(block));
  }
  return { array: concatenate(blocks, 0), plain: false, shared: false };
}

/** What .npy files cannot do is refused; `chunks` are a hint, and have no meaning here. */
export function checkLayout(array: NDArray, { chunks, compression, stringLength }: LayoutOptions): void {
  if (compression !== undefined)
    throw new FileStorageException("a .npy file is not compressed: gzip is not offered");
  if (chunks !== undefined && chunks.length !== array.shape.length)
    throw new FileStructureException(
      `chunks of ${chunks.length} axes do not fit the shape ${shapeText(array.shape)}`,
    );
  if (stringLength === undefined || array.dtype !== "string") return;
  const long = array.data.find((text) => new TextEncoder().encode(text).length > stringLength);
  if (long !== undefined) throw new FileStructureException(`"${long}" is longer than ${stringLength} bytes`);
}

/** JSON and numpy's texts are characters: bytes that are none (see `decodeText` of core) are refused. */
export function checkCharacters(path: string, arrays: Iterable<readonly [name: string, NDArray]>): void {
  const refuse = (what: string): never => {
    throw new FileStructureException(`${what} has bytes that are not UTF-8, which .npy and JSON cannot hold`);
  };
  if (hasEscapedBytes(path)) refuse(`the name ${JSON.stringify(path)}`);
  for (const [name, array] of arrays) {
    if (hasEscapedBytes(name)) refuse(`the key ${JSON.stringify(name)}`);
    const text = array.dtype === "string" ? array.data.find(hasEscapedBytes) : undefined;
    if (text !== undefined) refuse(`the text ${JSON.stringify(text)}`);
  }
}

/** A compound is what .npy files could hold, and this backend does not offer. */
export function checkField(field: string | undefined, { dtype }: NpyHeader): void {
  if (field !== undefined)
    throw new FileStorageException(`there is no field "${field}" in a dataset of ${dtype}`);
}

/** Whether a stream may go on with the dataset as it is now. */
export function checkUnchanged(before: NpyHeader, now: NpyHeader): void {
  const shrunk = before.shape.some((length, axis) => (now.shape[axis] ?? -1) < length);
  if (!shrunk && now.shape.length === before.shape.length && now.dtype === before.dtype) return;
  throw new FileStorageException(
    `the dataset of shape ${shapeText(before.shape)} became ${shapeText(now.shape)} while it was streamed`,
  );
}

/** What progress is counted in. */
export function bytesOf(array: NDArray): number {
  return elementCount(array.shape) * itemSize(array.dtype);
}
