import type { SyncFileSystem } from "@tvb-storage/files";
import { BlockCache } from "../../../files/src/port/block-cache.js";
import { CachedState, fileState, markModified } from "../../../files/src/port/cached-state.js";
import type { JournaledPort as Real } from "../../../files/src/port/journaled-port.js";
import { PlainPort } from "../../../files/src/port/plain-port.js";
import { SessionPort } from "../../src/session/session-port.js";

// Replaces journaled-port.ts and writer-lock.ts where cost.mjs measures what they cost: the same
// calls, straight to the file, without a journal and without a lock. Files are idle between changes as ours are.

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
export class JournaledPort extends SessionPort implements Pick<Real, keyof Real> {
  readonly isUnchanged: boolean;
  cachedState: CachedState | undefined;
  readonly #before: CachedState | undefined;
  #open = true;

  private constructor(
    private readonly fs: SyncFileSystem,
    private readonly plain: PlainPort,
    readonly isNew: boolean,
    cachedState: CachedState | undefined,
  ) {
    super(plain);
    this.#before = cachedState;
    this.isUnchanged = !isNew && cachedState?.matches(fileState(plain.opened)) === true;
  }

  static open({ fs, path }: WriterLock, { cachedState }: { cachedState?: CachedState }): JournaledPort {
    const isNew = !fs.existsSync(path);
    return new JournaledPort(fs, PlainPort.open(fs, path, isNew ? "w+" : "r+"), isNew, cachedState);
  }

  assertUnchanged(): void {}

  commit(): void {
    this.commitSteps();
  }

  commitSteps(): Generator<void, void> {
    const { fd, opened } = this.plain;
    const hasFineTimes = this.#before?.hasFineTimes === true;
    const mtimeMs = this.isNew ? 0 : (opened.mtimeMs ?? 0);
    const marked = markModified(this.fs, fd, { mtimeMs }, hasFineTimes);
    if (marked !== undefined)
      this.cachedState = new CachedState(new BlockCache(0, () => 0), marked.state, marked.hasFineTimes);
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
