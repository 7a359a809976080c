import type { SyncFileSystem } from "@tvb-storage/core";
import type { FilePort } from "../../src/port/file-port.js";
import { PlainPort } from "../../src/port/plain-port.js";

// Stands in for journaled-port.ts and writer-lock.ts where cost.mjs measures what they cost: the same
// calls, straight to the file, without a journal and without a lock.

export interface WriterLock {
  readonly fs: SyncFileSystem;
  readonly path: string;
  release(): void;
}

export async function acquireWriterLock(fs: SyncFileSystem, path: string): Promise<WriterLock> {
  return { fs, path, release: () => undefined };
}

export class JournaledPort implements FilePort {
  #open = true;

  private constructor(
    private readonly plain: PlainPort,
    readonly isNew: boolean,
    readonly isAsKnown: boolean,
  ) {}

  /** With `known`, the file rests between changes as ours does; that nobody else writes it is known here. */
  static open({ fs, path }: WriterLock, { known }: { known?: object }): JournaledPort {
    const isNew = !fs.existsSync(path);
    return new JournaledPort(PlainPort.open(fs, path, isNew ? "w+" : "r+"), isNew, known !== undefined);
  }

  get known(): object {
    return this;
  }

  get size(): number {
    return this.plain.size;
  }

  read(target: Uint8Array, position: number): number {
    return this.plain.read(target, position);
  }

  write(data: Uint8Array, position: number): void {
    this.plain.write(data, position);
  }

  truncate(length: number): void {
    this.plain.truncate(length);
  }

  commit(): void {
    this.rollBack();
  }

  commitSteps(): Iterable<void> {
    this.rollBack();
    return [];
  }

  rollBack(): void {
    if (this.#open) this.plain.close();
    this.#open = false;
  }
}
