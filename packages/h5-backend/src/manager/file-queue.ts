import { StoreInProgress } from "@tvb-storage/core/internal";
import {
  acquireWriterLock,
  type FileSlot,
  type SyncFileSystem,
  type WriterLock,
  withFile,
} from "@tvb-storage/files";
import { isUnused } from "@tvb-storage/files/internal";
import { NOT_NOW, type NotNow } from "../session/not-now.js";
import { fileGuard, lockListSoon } from "../session/other-programs.js";
import { ReadSession } from "../session/read-session.js";
import { WriteSession } from "../session/write-session.js";
import { callTurns, whileWaiting } from "./call-turns.js";

/** What this process has open at a file, by its `kind`. */
type SlotState = { readonly kind: "idle" } | ReadSession | WriteSession | StoreInProgress;

const IDLE: SlotState = { kind: "idle" };

/**
 * Undefined for what must be released first: what another copy of this package or another backend has open,
 * and a session that ended where its file was to be moved and the commit failed.
 */
function stateOf({ open }: FileSlot): SlotState | undefined {
  if (open === undefined) return IDLE;
  if (open instanceof WriteSession) return open.ended ? undefined : open;
  return open instanceof ReadSession || open instanceof StoreInProgress ? open : undefined;
}

interface LockOptions {
  readonly ignoreLocks: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

/** A file while a call has its turn there. */
export class FileTurn {
  constructor(
    readonly fs: SyncFileSystem,
    readonly slot: FileSlot,
  ) {}

  /** With links resolved. */
  get path(): string {
    return this.slot.path;
  }

  get state(): SlotState {
    return stateOf(this.slot) ?? IDLE;
  }

  /** Commits and closes what is open. */
  async close(): Promise<void> {
    const { open } = this.slot;
    this.slot.open = undefined;
    await open?.release();
  }

  /** `acquireWriterLock`; other calls have their turns while this one waits. */
  async lock({ ignoreLocks, signal, timeoutMs }: LockOptions): Promise<WriterLock> {
    await lockListSoon(this.fs, { ignoreLocks });
    return acquireWriterLock(this.fs, this.path, {
      whileWaiting,
      ...fileGuard(this.fs, this.path, { ignoreLocks }),
      ...(signal === undefined ? {} : { signal }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  }
}

/**
 * The one way to a file: calls of this process on it, of whatever manager, have their turns in the
 * order in which they came. At most one session is open there between them.
 */
export class FileQueue {
  /** Where the file was found last; while something is open there, links are not resolved again. */
  #slot: FileSlot | undefined;

  constructor(
    readonly fs: SyncFileSystem,
    readonly path: string,
  ) {}

  /** Runs a call in its turn. Where the state is `"storing"`, it must not change the file. */
  run<T>(work: (file: FileTurn) => Promise<T>, known: FileSlot | undefined = this.#slot): Promise<T> {
    const turn = (slot: FileSlot): Promise<T> => {
      this.#slot = slot;
      return callTurns.run(async () => {
        if (stateOf(slot) === undefined) {
          await slot.open?.release();
          slot.open = undefined;
        }
        return work(new FileTurn(this.fs, slot));
      });
    };
    return withFile(this.fs, this.path, turn, known);
  }

  /** Runs a call in its turn, once no blocks are being stored. */
  async runAlone<T>(work: (file: FileTurn) => Promise<T>): Promise<T> {
    for (;;) {
      const outcome = await this.run(async (file) => {
        const { state } = file;
        return state.kind === "storing" ? { waitFor: state.over } : { value: await work(file) };
      });
      if ("value" in outcome) return outcome.value;
      await outcome.waitFor;
    }
  }

  /**
   * Runs `begin` in a turn, and then `store`, which may wait for others (a source of blocks). Other
   * calls have their turns meanwhile, with the state `"storing"`.
   */
  async runStore<S, T>(begin: (file: FileTurn) => Promise<S>, store: (begun: S) => Promise<T>): Promise<T> {
    const running = new StoreInProgress(this.path);
    const { begun, slot } = await this.runAlone(async (file) => {
      const begun = await begin(file);
      file.slot.open = running;
      return { begun, slot: file.slot };
    });
    try {
      return await store(begun);
    } finally {
      // In its own slot: the path may lead elsewhere by now.
      await this.run(async (file) => {
        if (file.state === running) file.slot.open = undefined;
      }, slot);
      running.finish();
    }
  }

  /** The state, for what ends before the event loop turns; `NOT_NOW` where a call is at the file. */
  stateNow(): SlotState | NotNow {
    const slot = this.#slot;
    if (slot?.locked === true) return NOT_NOW;
    if (slot?.open === undefined) return isUnused(this.fs, this.path) ? IDLE : NOT_NOW;
    return stateOf(slot) ?? NOT_NOW;
  }
}
