import { elementCount, type NDArray, type ResolvedSelection, selectElements } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import { type FileHandle, type FileSystem, fileException, replaceFile } from "@tvb-storage/files";
import { decodeElements, encodeNpy, HEADER_BYTES, type NpyHeader, parseHeader } from "./npy-format.js";

async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done === length ? bytes : bytes.slice(0, done);
}

async function opened<T>(fs: FileSystem, path: string, read: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    const handle = await fs.promises.open(path, "r");
    try {
      return await read(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileException(error, `cannot read ${path}`);
  }
}

async function headerOf(handle: FileHandle): Promise<NpyHeader> {
  return parseHeader(await readAt(handle, 0, HEADER_BYTES));
}

/** The type and shape of the array in a file. */
export function readHeader(fs: FileSystem, path: string): Promise<NpyHeader> {
  return opened(fs, path, headerOf);
}

/** The selected elements. Of axis 0 only what the selection spans is read, since C order keeps it together. */
export function readSelected(
  fs: FileSystem,
  path: string,
  select: (header: NpyHeader) => ResolvedSelection,
): Promise<NDArray> {
  return opened(fs, path, async (handle) => {
    const header = await headerOf(handle);
    const selection = select(header);
    const [first, ...others] = selection.ranges;
    const rowBytes = elementCount(header.shape.slice(1)) * header.elementBytes;
    const start = first?.start ?? 0;
    const count = first === undefined ? 1 : first.count === 0 ? 0 : (first.count - 1) * first.step + 1;
    const bytes = await readAt(handle, header.dataStart + start * rowBytes, count * rowBytes);
    if (bytes.length !== count * rowBytes) throw new FileStorageException(`${path} is cut short`);
    const shape = first === undefined ? [] : [count, ...header.shape.slice(1)];
    const span = decodeElements(header, shape, bytes);
    const ranges = first === undefined ? [] : [{ ...first, start: 0 }, ...others];
    return selectElements(span, { ...selection, ranges, whole: false });
  });
}

/** Replaces the file in one step, which a process that dies cannot leave half done (a power cut can: no sync). */
export async function writeArray(fs: FileSystem, path: string, array: NDArray): Promise<void> {
  try {
    await replaceFile(fs, path, encodeNpy(array), { sync: false });
  } catch (error) {
    throw fileException(error, `cannot write ${path}`);
  }
}
