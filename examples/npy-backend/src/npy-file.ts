import { elementCount, type NDArray, type ResolvedSelection, selectElements } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import type { FileHandle, FileSystem } from "@tvb-storage/files";
import { decodeElements, HEADER_BYTES, type NpyHeader, parseHeader } from "./npy-format.js";

/** A .npy file that is open for reading. */
export class NpyFile {
  private constructor(
    private readonly handle: FileHandle,
    readonly name: string,
    readonly header: NpyHeader,
  ) {}

  static async open(fs: FileSystem, folder: string, name: string): Promise<NpyFile> {
    const handle = await fs.promises.open(`${folder}/${name}`, "r");
    try {
      return new NpyFile(handle, name, parseHeader(await readAt(handle, 0, HEADER_BYTES)));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The selected elements. Of axis 0 only what the selection spans is read, since C order keeps it together. */
  async read(selection: ResolvedSelection): Promise<NDArray> {
    const { shape, elementBytes, dataStart } = this.header;
    const [first, ...others] = selection.ranges;
    const rowBytes = elementCount(shape.slice(1)) * elementBytes;
    const start = first?.start ?? 0;
    const count = first === undefined ? 1 : first.count === 0 ? 0 : (first.count - 1) * first.step + 1;
    const bytes = await readAt(this.handle, dataStart + start * rowBytes, count * rowBytes);
    if (bytes.length !== count * rowBytes) throw new FileStorageException(`${this.name} is cut short`);
    const span = decodeElements(this.header, first === undefined ? [] : [count, ...shape.slice(1)], bytes);
    const ranges = first === undefined ? [] : [{ ...first, start: 0 }, ...others];
    return selectElements(span, { ...selection, ranges, whole: false });
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** Bytes from `position` on, as many as there are up to `length`. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done === length ? bytes : bytes.slice(0, done);
}
