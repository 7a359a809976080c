import { concatenate, type NDArray, resolveSelection, StorageBuffer } from "@tvb-storage/core";
import type { FileSlot, FileSystem, OpenFile } from "@tvb-storage/files";
import { readSelected, writeArray } from "./npy-file.js";

const BUFFER_BYTES = 4 * 1024 * 1024;

/** Appended rows that are not in their files yet; all managers on the folder share it. */
export class AppendSession implements OpenFile {
  readonly #buffers = new Map<string, { buffer: StorageBuffer; axis: number }>();

  constructor(
    private readonly fs: FileSystem,
    private readonly slot: FileSlot,
  ) {}

  /** Takes rows that were found to fit the array in `path`. */
  async append(path: string, rows: NDArray, axis: number): Promise<void> {
    let buffered = this.#buffers.get(path);
    if (buffered !== undefined && buffered.axis !== axis) await buffered.buffer.flushBufferedData();
    if (buffered === undefined || buffered.axis !== axis) {
      const write = async (taken: NDArray): Promise<void> => {
        const stored = await readSelected(this.fs, path, ({ shape }) => resolveSelection(undefined, shape));
        await writeArray(this.fs, path, concatenate([stored, taken], axis));
      };
      buffered = {
        axis,
        buffer: new StorageBuffer({ growDimension: axis, limitBytes: BUFFER_BYTES, write }),
      };
      this.#buffers.set(path, buffered);
    }
    if (!buffered.buffer.bufferData(rows)) await buffered.buffer.flushBufferedData();
  }

  /** Writes what is buffered. Rows that cannot be written are gone, and the error says so. */
  async release(): Promise<void> {
    this.slot.open = undefined;
    for (const { buffer } of this.#buffers.values()) await buffer.flushBufferedData();
  }
}
