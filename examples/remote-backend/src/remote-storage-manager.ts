import {
  type BackendOptions,
  DATA_TYPES,
  type GetOptions,
  type NDArray,
  type OpenStream,
  type StorageBackend,
  type StreamOptions,
  TransactionStorageManager,
} from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import { checkCallOptions, type OptionRules, optionRules, quoted } from "@tvb-storage/files";
import type { ObjectStore } from "./object-client.js";
import { ObjectGone, RemoteTransaction } from "./remote-transaction.js";

export interface RemoteOptions extends BackendOptions {
  /** Where files are stored. All managers of a process that are to share files get the same object. */
  store?: ObjectStore;
}

const OPTIONS: OptionRules<RemoteOptions> = {
  store: optionRules.object,
  logger: optionRules.object,
  dataVersion: optionRules.wholeFrom0,
};

/** Files as objects of a store. */
export class RemoteStorageManager extends TransactionStorageManager {
  readonly #store: ObjectStore;

  constructor(path: string, given: RemoteOptions = {}) {
    const { store, ...options } = checkCallOptions(given, OPTIONS, "the remote backend");
    if (store === undefined)
      throw new FileStructureException("the remote backend needs the option store: new ObjectClient(url)");
    super(path, { ...options, supports: remoteBackend.supports, space: store });
    this.#store = store;
  }

  protected _open(path: string): Promise<RemoteTransaction> {
    return RemoteTransaction.open(this.#store, keyPrefix(path));
  }

  protected override _getData(path: string, options: GetOptions): Promise<NDArray> {
    return againWhereGone(() => super._getData(path, options));
  }

  protected override async _openStream(path: string, options: StreamOptions): Promise<OpenStream> {
    const stream = await super._openStream(path, options);
    return { ...stream, read: (part) => againWhereGone(() => stream.read(part)) };
  }
}

/** Reads again, with the catalogue as it is now, where another process removed the object by a commit. */
async function againWhereGone<T>(read: () => Promise<T>, missing = ""): Promise<T> {
  try {
    return await read();
  } catch (error) {
    // The same one again: the catalogue still names it, so it is lost.
    if (!(error instanceof ObjectGone) || error.message === missing) throw error;
    return againWhereGone(read, error.message);
  }
}

/** The start of the keys of a file. No `/` is left in the path, so one file's keys never begin as another's. */
export function keyPrefix(path: string): string {
  try {
    return `${encodeURIComponent(path)}/`;
  } catch (cause) {
    throw new FileStructureException(`half of a surrogate pair is in the path ${quoted(path)}`, { cause });
  }
}

export const remoteBackend: StorageBackend<RemoteOptions> = {
  name: "remote",
  fileExtension: ".tvb",
  supports: {
    dtypes: DATA_TYPES,
    growableAxes: "any",
    compression: [],
    removal: true,
    fields: false,
    atomicCommit: true,
    crossProcessLock: false,
    escapedBytes: true,
    storedAs: "remote",
  },
  open: (path, options) => new RemoteStorageManager(path, options),
};
