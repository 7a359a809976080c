import { FileStorageException } from "@tvb-storage/errors";
import { type LongOptions, reportProgress, throwIfAborted } from "@tvb-storage/files";
import { itemSize } from "../data-type.js";
import type { ElementStream } from "../element-stream.js";
import type { NDArray } from "../ndarray-type.js";
import { elementCount } from "../shape.js";
import { charactersOf, encodeNpyElements } from "./npy-elements.js";
import { npyHeader } from "./npy-header.js";

/** Takes bytes in their order; resolves when more may come. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

/**
 * Writes a .npy file, block by block. The texts of a `string` array are read twice: numpy's strings are as wide as the
 * longest, and that stands before the first.
 *
 * @throws FileStorageException blocks that do not add up to the shape; a text that numpy's strings cannot hold.
 */
export async function writeNpy(
  write: WriteBytes,
  stream: ElementStream,
  { signal, onProgress }: LongOptions = {},
): Promise<void> {
  const { dtype, shape } = stream;
  const texts = dtype === "string";
  const elements = elementCount(shape);
  const total = elements * (texts ? 2 : itemSize(dtype));
  let done = 0;
  const forEach = async (use: (block: NDArray) => Promise<void> | void, share: number) => {
    let count = 0;
    for await (const block of stream.blocks()) {
      throwIfAborted(signal, "the .npy file is not complete");
      count += elementCount(block.shape);
      if (count > elements) break;
      await use(block);
      done += elementCount(block.shape) * share;
      reportProgress(onProgress, done, total);
    }
    if (count !== elements)
      throw new FileStorageException(`its blocks do not have the ${elements} elements that its shape says`);
  };

  let width = 1;
  if (texts)
    await forEach(({ data }) => {
      for (const text of data) width = Math.max(width, charactersOf(String(text)));
    }, 1);
  await write(npyHeader(dtype, shape, width));
  await forEach((block) => write(encodeNpyElements(block, width)), texts ? 1 : itemSize(dtype));
}
