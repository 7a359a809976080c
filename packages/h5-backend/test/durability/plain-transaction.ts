import type { SyncFileSystem } from "@tvb-storage/files";
import type { JournaledPort as Real } from "../../../files/src/port/journaled-port.js";
import { PlainPort } from "../../../files/src/port/plain-port.js";

// Replaces journaled-port.ts and writer-lock.ts where cost.mjs measures what they cost: the same
// calls, straight to the file, without a journal and without a lock.

export interface WriterLock {
  readonly fs: SyncFileSystem;
  readonly path: string;
  readonly recovered: "clean";
  release(): void;
}

export async function acquireWriterLock(fs: SyncFileSystem, path: string): Promise<WriterLock> {
  return { fs, path, recovered: "clean", release: () => undefined };
}

/** Has all that the real one has, so that the programs of cost.mjs run. */
export class JournaledPort implements Pick<Real, keyof Real> {
  #open = true;

  private constructor(
    private readonly plain: PlainPort,
    readonly isNew: boolean,
  ) {}

  static open({ fs, path }: WriterLock): JournaledPort {
    const isNew = !fs.existsSync(path);
    return new JournaledPort(PlainPort.open(fs, path, isNew ? "w+" : "r+"), isNew);
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

  assertUnchanged(): void {}

  commit(): void {
    this.rollBack();
  }

  commitSteps(): Generator<void, void> {
    this.rollBack();
    return noSteps();
  }

  rollBack(): void {
    if (this.#open) this.plain.close();
    this.#open = false;
  }
}

/** A commit without steps. */
function* noSteps(): Generator<void, void> {}
