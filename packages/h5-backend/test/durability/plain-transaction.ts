import type { SyncFileSystem } from "@tvb-storage/core";
import { BlockCache } from "../../src/port/block-cache.js";
import { closeQuietly, readAt, writeAt } from "../../src/port/file-io.js";
import type { FilePort } from "../../src/port/file-port.js";
import { fileState, KnownContent, markModified } from "../../src/port/known-content.js";

// Stands in for journaled-port.ts and writer-lock.ts where cost.mjs measures what they cost: the same
// calls, straight to the file, without a journal and without a lock. Files rest between changes as ours do.

export interface WriterLock {
  readonly fs: SyncFileSystem;
  readonly path: string;
  release(): void;
}

export async function acquireWriterLock(fs: SyncFileSystem, path: string): Promise<WriterLock> {
  return { fs, path, release: () => undefined };
}

export class JournaledPort implements FilePort {
  readonly isAsKnown: boolean;
  known: KnownContent | undefined;
  #size: number;
  readonly #mtimeMs: number;
  readonly #before: KnownContent | undefined;
  #open = true;

  private constructor(
    private readonly fs: SyncFileSystem,
    private readonly fd: number,
    readonly isNew: boolean,
    known: KnownContent | undefined,
  ) {
    const stats = fs.fstatSync(fd);
    this.#size = stats.size;
    this.#mtimeMs = isNew ? 0 : (stats.mtimeMs ?? 0);
    this.#before = known;
    this.isAsKnown = !isNew && known?.isOf(fileState(stats)) === true;
  }

  static open({ fs, path }: WriterLock, { known }: { known?: KnownContent }): JournaledPort {
    const isNew = !fs.existsSync(path);
    return new JournaledPort(fs, fs.openSync(path, isNew ? "w+" : "r+"), isNew, known);
  }

  get size(): number {
    return this.#size;
  }

  read(target: Uint8Array, position: number): number {
    return readAt(this.fs, this.fd, target, position);
  }

  write(data: Uint8Array, position: number): void {
    writeAt(this.fs, this.fd, data, position);
    this.#size = Math.max(this.#size, position + data.length);
  }

  truncate(length: number): void {
    this.fs.ftruncateSync(this.fd, length);
    this.#size = length;
  }

  commitSteps(): Iterable<void> {
    const hasFineTimes = this.#before?.hasFineTimes === true;
    const marked = markModified(this.fs, this.fd, { mtimeMs: this.#mtimeMs }, hasFineTimes);
    if (marked !== undefined)
      this.known = new KnownContent(new BlockCache(0, () => 0), marked.state, marked.hasFineTimes);
    this.rollBack();
    return [];
  }

  rollBack(): void {
    if (this.#open) closeQuietly(this.fs, this.fd);
    this.#open = false;
  }
}
