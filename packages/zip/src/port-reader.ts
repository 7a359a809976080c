import type { FileHandle } from "@tvb-storage/files";
import { readAll } from "@tvb-storage/files/internal";
import { RandomAccessReader } from "yauzl";

const WINDOW_BYTES = 128 * 1024;

/** Fills `buffer` from `position` on; throws where the file is shorter. */
export async function readFully(handle: FileHandle, buffer: Uint8Array, position: number): Promise<void> {
  const count = await readAll(handle, buffer, position);
  if (count === buffer.length) return;
  throw new Error(`the file ends at byte ${position + count}, in the middle of a record`);
}

/**
 * Lets yauzl read a file of our file system. It reads ahead, since yauzl reads the
 * central directory in pieces of 46 bytes.
 */
export class PortReader extends RandomAccessReader {
  readonly #handle: FileHandle;
  readonly #size: number;
  #window = Buffer.alloc(0);
  #start = 0;

  constructor(handle: FileHandle, size: number) {
    super();
    this.#handle = handle;
    this.#size = size;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    // yauzl compares the second argument with `length`; its types do not have it.
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    if (this.#copy(buffer, offset, length, position)) {
      callback(null, length);
      return;
    }
    this.#load(length, position).then(
      () => {
        if (this.#copy(buffer, offset, length, position)) callback(null, length);
        else callback(new Error(`the file ends in the middle of a record, at byte ${this.#size}`));
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  }

  #copy(buffer: Buffer, offset: number, length: number, position: number): boolean {
    const from = position - this.#start;
    if (from < 0 || from + length > this.#window.length) return false;
    this.#window.copy(buffer, offset, from, from + length);
    return true;
  }

  async #load(length: number, position: number): Promise<void> {
    const available = Math.max(0, this.#size - position);
    // Either filled by `readFully` or not used.
    const window = Buffer.allocUnsafe(Math.min(Math.max(length, WINDOW_BYTES), available));
    await readFully(this.#handle, window, position);
    this.#window = window;
    this.#start = position;
  }
}
