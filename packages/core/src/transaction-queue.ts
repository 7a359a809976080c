import { FileStructureException, isTVBException, MissingDataFileException } from "@tvb-storage/errors";
import { type FileSlot, type PathSpace, systemErrorCode, withFile } from "@tvb-storage/files";
import { DATA_VERSION_KEY } from "@tvb-storage/files/internal";
import type { FileState } from "./abstract-storage-manager.js";
import type { DataType } from "./data-type.js";
import { encodeMetadata } from "./metadata.js";
import { OpenTransaction } from "./open-transaction.js";
import { StaleTransaction, type StorageTransaction } from "./storage-transaction.js";
import { StoreInProgress } from "./store-in-progress.js";

/** A call that meets commits of other processes begins again so often. */
const MAX_ATTEMPTS = 50;

export interface TransactionQueueOptions {
  readonly space: PathSpace;
  readonly path: string;
  readonly dataVersion: number;
  /** The class of the managers that share transactions. */
  readonly owner: unknown;
  /** Types that datasets are created of. */
  readonly dtypes: readonly DataType[];
  /** Throws an IncompatibleFileManagerException where something else is there. */
  readonly open: (
    path: string,
    mode: "read" | "write",
    signal?: AbortSignal,
  ) => StorageTransaction | Promise<StorageTransaction>;
}

export interface ChangeOptions {
  /** A missing file is created; else it is an exception. */
  readonly creates: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The transactions on one file: one call at a time, of all managers of this process, in the order in which
 * they came.
 */
export class TransactionQueue {
  constructor(private readonly options: TransactionQueueOptions) {}

  state(): Promise<FileState> {
    return this.#inTurn(async (slot) => {
      if (this.#kept(slot) !== undefined) return "valid";
      try {
        const exists = await this.#reading(slot, this.options.open, (_, isThere) => isThere);
        return exists ? "valid" : "missing";
      } catch (error) {
        if (isTVBException(error, "INCOMPATIBLE_FILE_MANAGER")) return "foreign";
        if (isTVBException(error) || systemErrorCode(error) !== undefined) return "closed";
        throw error;
      }
    });
  }

  /** Runs `work` on what is committed, or was appended since by this process. */
  read<T>(work: (transaction: StorageTransaction) => Promise<T>): Promise<T> {
    return this.#inTurn(async (slot) => {
      const kept = this.#kept(slot);
      if (kept === undefined) {
        // Blocks that are being stored do not lock readers out.
        if (!(slot.open instanceof StoreInProgress)) await release(slot);
        return this.#readingOneCommit(slot, work);
      }
      await kept.flush().catch(async (error: unknown) => {
        throw await kept.abort(error);
      });
      return work(kept.transaction);
    });
  }

  /** Runs `work` in a transaction of its own, and commits it: what was appended before is committed first. */
  change<T>(options: ChangeOptions, work: (open: OpenTransaction) => Promise<T>): Promise<T> {
    return this.#inTurnToChange(async (slot) => {
      const open = await this.#begin(slot, options);
      let result: T;
      try {
        result = await work(open);
      } catch (error) {
        throw await open.abort(error);
      }
      await open.release();
      return result;
    });
  }

  /** Runs `work`, an append to `path`, in the transaction that was kept open, and commits or keeps it. */
  append(path: string, keepOpen: boolean, work: (open: OpenTransaction) => Promise<void>): Promise<void> {
    return this.#inTurnToChange(async (slot) => {
      const kept = this.#kept(slot);
      const open = kept ?? (await this.#begin(slot, { creates: true }));
      try {
        await work(open);
      } catch (error) {
        // Refused before anything changed: what was appended before stays.
        if (open === kept && !open.isBroken) throw error;
        throw await open.abort(error);
      }
      if (keepOpen) open.keep(path);
      else await open.release();
    });
  }

  /**
   * As `change`, for work that may take long and may read the file itself: others read the last commit meanwhile, and
   * those that change it wait. Only `prepare` and the commit have a turn of their own.
   */
  async changeMeanwhile(
    options: ChangeOptions,
    prepare: (open: OpenTransaction) => Promise<() => Promise<void>>,
  ): Promise<void> {
    const { open, work, storing } = await this.#inTurnToChange(async (slot) => {
      const begun = await this.#begin(slot, options);
      try {
        const prepared = await prepare(begun);
        slot.open = new StoreInProgress(slot.path);
        return { open: begun, work: prepared, storing: slot.open as StoreInProgress }; // by the line before
      } catch (error) {
        throw await begun.abort(error);
      }
    });
    try {
      const failure = await work().then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      await this.#inTurn(async () => {
        if (failure !== undefined) throw await open.abort(failure.error);
        await open.release();
      });
    } finally {
      storing.finish();
    }
  }

  /** Commits and closes what is open. */
  close(): Promise<void> {
    return this.#inTurn(async (slot) => {
      // Blocks that are being stored are not closed: that is for their call to do.
      if (!(slot.open instanceof StoreInProgress)) await release(slot);
    });
  }

  /** Waits until no blocks are being stored. */
  async #inTurnToChange<T>(work: (slot: FileSlot) => Promise<T>): Promise<T> {
    for (;;) {
      const done = await this.#inTurn(async (slot) => {
        if (slot.open instanceof StoreInProgress) return { over: slot.open.over };
        return { result: await work(slot) };
      });
      if ("result" in done) return done.result;
      await done.over;
    }
  }

  #inTurn<T>(work: (slot: FileSlot) => Promise<T>): Promise<T> {
    return withFile(this.options.space, this.options.path, work);
  }

  /** The transaction that an append kept open, of whichever manager of the class. */
  #kept({ open }: FileSlot): OpenTransaction | undefined {
    return open instanceof OpenTransaction && open.owner === this.options.owner ? open : undefined;
  }

  async #reading<T>(
    { path }: FileSlot,
    open: TransactionQueueOptions["open"],
    work: (transaction: StorageTransaction, isThere: boolean) => T | Promise<T>,
  ): Promise<T> {
    const transaction = await open(path, "read");
    try {
      return await work(transaction, (await transaction.node("/")) !== undefined);
    } finally {
      await transaction.close();
    }
  }

  /** Reads in a new transaction, and again where another process has committed meanwhile. */
  async #readingOneCommit<T>(
    slot: FileSlot,
    work: (transaction: StorageTransaction) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#reading(slot, this.#open, (transaction, isThere) => {
          if (!isThere) throw missing();
          return work(transaction);
        });
      } catch (error) {
        if (!(error instanceof StaleTransaction) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  /** A new transaction for writing, once what was open is closed. */
  async #begin(slot: FileSlot, { creates, signal }: ChangeOptions): Promise<OpenTransaction> {
    await release(slot);
    const { dataVersion, dtypes, owner } = this.options;
    const open = new OpenTransaction(slot, await this.#open(slot.path, "write", signal), owner, dtypes);
    try {
      const { transaction } = open;
      if ((await transaction.node("/")) === undefined) {
        if (!creates) throw missing();
        await transaction.createGroup("/");
        await transaction.setAttributes("/", encodeMetadata({ [DATA_VERSION_KEY]: dataVersion }));
      }
      return open;
    } catch (error) {
      throw await open.abort(error);
    }
  }

  /** Only `getFileDataVersion` says of a file that it is of another manager. */
  readonly #open: TransactionQueueOptions["open"] = async (path, mode, signal) => {
    try {
      return await this.options.open(path, mode, signal);
    } catch (error) {
      if (!isTVBException(error, "INCOMPATIBLE_FILE_MANAGER")) throw error;
      throw new FileStructureException(error.message, { cause: error });
    }
  };
}

/** Commits and closes what is open, also if another manager opened it. */
async function release(slot: FileSlot): Promise<void> {
  const { open } = slot;
  slot.open = undefined;
  await open?.release();
}

function missing(): Error {
  const cause = new MissingDataFileException("there is no such file");
  return new FileStructureException(cause.message, { cause });
}
