import { concatenate, type NDArray, StorageBuffer } from "@tvb-storage/core";
import type { FileSlot, OpenFile, SyncFileSystem } from "@tvb-storage/files";
import { commitMarker } from "./marker-file.js";
import { datasetAt, type MemoryContent, type MemoryDataset, withDataset } from "./memory-content.js";

const BUFFER_BYTES = 1024 * 1024;

/** A file that is open: its content with the changes since the last commit, and appended rows not yet in it. */
export class MemorySession implements OpenFile {
  readonly #buffers = new Map<string, { axis: number; buffer: StorageBuffer }>();
  #content: MemoryContent;
  #changed: boolean;

  /** `committed` is the name of the snapshot that was read; undefined for a file that is new. */
  constructor(
    private readonly fs: SyncFileSystem,
    private readonly slot: FileSlot,
    private readonly committed: string | undefined,
    content: MemoryContent,
  ) {
    this.#content = content;
    this.#changed = committed === undefined;
  }

  /** The content with all appended rows. */
  get content(): MemoryContent {
    for (const [path, { buffer, axis }] of this.#buffers) {
      const rows = buffer.peek();
      if (rows !== undefined) this.#content = grown(this.#content, path, rows, axis);
    }
    this.#buffers.clear();
    return this.#content;
  }

  set content(next: MemoryContent) {
    this.#content = next;
    this.#changed = true;
  }

  /** A dataset without its buffered rows: enough to see what fits it. */
  unbuffered(path: string): MemoryDataset | undefined {
    return this.#content.get(path)?.dataset;
  }

  /** Takes rows that were found to fit. */
  append(path: string, rows: NDArray, axis: number): void {
    this.#changed = true;
    let buffered = this.#buffers.get(path);
    if (buffered === undefined || buffered.axis !== axis) {
      this.#content = this.content;
      const buffer = new StorageBuffer({
        growDimension: axis,
        limitBytes: BUFFER_BYTES,
        write: () => Promise.resolve(),
      });
      buffered = { axis, buffer };
      this.#buffers.set(path, buffered);
    }
    if (!buffered.buffer.bufferData(rows)) this.#content = this.content;
  }

  /** Commits and closes. Where the commit fails, the changes since the last one are gone. */
  async release(): Promise<void> {
    this.slot.open = undefined;
    if (this.#changed) commitMarker(this.fs, this.slot.path, this.content, this.committed);
  }
}

function grown(content: MemoryContent, path: string, rows: NDArray, axis: number): MemoryContent {
  const dataset = datasetAt(content, path);
  const array = concatenate([dataset.array, rows], axis);
  return withDataset(content, path, { ...dataset, array });
}
