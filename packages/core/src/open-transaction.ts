import { FileStorageException } from "@tvb-storage/errors";
import { type FileSlot, nameInError, type OpenFile } from "@tvb-storage/files";
import { atProcessEnd, type ListOpen } from "@tvb-storage/files/internal";
import { concatenate } from "./concatenate.js";
import type { DataType } from "./data-type.js";
import type { NDArray } from "./ndarray-type.js";
import { resolveSelection } from "./selection.js";
import { StorageBuffer } from "./storage-buffer.js";
import type { Awaitable, StorageTransaction, StoredDataset } from "./storage-transaction.js";

/** Bytes of appended rows at which they are written. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** A dataset that rows were appended to which are not written yet. */
interface AppendedRows {
  /** As it was before them. */
  readonly dataset: StoredDataset;
  readonly axis: number;
  readonly buffer: StorageBuffer;
}

/** A transaction that is open for writing, with the rows that were appended in it. */
export class OpenTransaction implements OpenFile {
  readonly #appended = new Map<string, AppendedRows>();
  /** Datasets whose appends have resolved, and are not committed. */
  readonly #acknowledged = new Set<string>();
  /** A change failed, and may have been made in part. A call that failed before its first change leaves the others as they are. */
  isBroken = false;

  constructor(
    private readonly slot: FileSlot,
    readonly transaction: StorageTransaction,
    /** The class of the managers that can go on with it. */
    readonly owner: unknown,
    /** Types that datasets are created of. */
    readonly dtypes: readonly DataType[],
  ) {}

  async change<T>(work: (transaction: StorageTransaction) => Awaitable<T>): Promise<T> {
    try {
      return await work(this.transaction);
    } catch (error) {
      this.isBroken = true;
      throw error;
    }
  }

  /** A dataset as it will be with the rows that wait, where some do. */
  appendedTo(path: string, growDimension: number): StoredDataset | undefined {
    const appended = this.#appended.get(path);
    if (appended === undefined) return undefined;
    const { dataset, axis, buffer } = appended;
    if (growDimension !== axis && growDimension + dataset.shape.length !== axis) return undefined;
    return {
      ...dataset,
      shape: dataset.shape.map((length, i) => (i === axis ? length + buffer.length : length)),
    };
  }

  /** Takes rows that were found to fit, in memory that nobody else uses. */
  async append(path: string, dataset: StoredDataset, rows: NDArray, axis: number): Promise<void> {
    let appended = this.#appended.get(path);
    if (appended === undefined) {
      const write = (taken: NDArray): Promise<void> => this.#write(path, taken, axis);
      const buffer = new StorageBuffer({ growDimension: axis, limitBytes: BUFFER_BYTES, write });
      appended = { dataset, axis, buffer };
      this.#appended.set(path, appended);
    }
    if (!appended.buffer.bufferData(rows, { owned: true })) await this.flush(path);
  }

  #write(path: string, rows: NDArray, axis: number): Promise<void> {
    return this.change(async (transaction) => {
      if (transaction.append !== undefined) return transaction.append(path, rows, axis);
      const shape = this.#appended.get(path)?.dataset.shape ?? [];
      const stored = await transaction.read(path, resolveSelection(undefined, shape));
      await transaction.write(path, concatenate([stored, rows], axis));
    });
  }

  /** Writes the rows that wait for one dataset or for all, so that reads of the transaction see them. */
  async flush(path?: string): Promise<void> {
    for (const each of path === undefined ? this.#appended.keys() : [path]) {
      await this.#appended.get(each)?.buffer.flushBufferedData();
      this.#appended.delete(each);
    }
  }

  /** Keeps the transaction open for the next call; an append to `path` resolves. */
  keep(path: string): void {
    this.slot.open = this;
    this.#acknowledged.add(path);
    keptOpen.add(this);
    atProcessEnd(listOpen);
  }

  /** Commits and closes; where that fails, nothing of the transaction has taken effect. */
  async release(): Promise<void> {
    try {
      await this.flush();
      await this.transaction.commit();
    } catch (error) {
      throw await this.abort(error);
    }
    this.#end();
    await this.transaction.close();
  }

  /** Closes without a commit. Gives `error`, saying what else is lost. */
  async abort(error: unknown): Promise<unknown> {
    this.#end();
    try {
      await this.transaction.close();
    } catch {
      // The error that led here is the one to report.
    }
    return this.#acknowledged.size === 0 ? error : nameInError(error, this.lost);
  }

  #end(): void {
    this.slot.open = undefined;
    keptOpen.delete(this);
  }

  get lost(): string {
    const paths = [...this.#acknowledged].join(", ");
    return `the rows appended to ${paths} of ${this.slot.path} since the file was last closed are not stored`;
  }
}

/** Transactions that are open between two calls. */
const keptOpen = new Set<OpenTransaction>();

const listOpen: ListOpen = () =>
  [...keptOpen].map((one) => ({
    finish: () => one.release(),
    /** A commit may have to wait, which is not possible any more. */
    finishNow() {
      throw new FileStorageException(`${one.lost}: call closeFile() before the process ends`);
    },
  }));
