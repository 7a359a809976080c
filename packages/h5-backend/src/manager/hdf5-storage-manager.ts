import {
  AbstractStorageManager,
  type AppendOptions,
  type BlockSource,
  BOOL_VALUE_PREFIX,
  type CopyNodesOptions,
  type CopyReport,
  DATE_TIME_FORMAT,
  DATETIME_VALUE_PREFIX,
  type FileState,
  type GetOptions,
  type MetadataReadOptions,
  type NDArray,
  type NodeInfo,
  type NormalizedInput,
  type OpenStream,
  ownedInput,
  type RemoveMetadataOptions,
  type StorageManager,
  type StoreOptions,
  type StreamOptions,
  serializeBool,
  TVB_ATTRIBUTE_PREFIX,
} from "@tvb-storage/core";
import { withoutLogging } from "@tvb-storage/core/internal";
import { FileStorageException, isTVBException } from "@tvb-storage/errors";
import { fileLocks, nameInError, type SyncFileSystem, systemErrorCode } from "@tvb-storage/files";
import type { FilterDecoders } from "@tvb-storage/hdf5";
import { mappedType, planSelection, readShape } from "@tvb-storage/hdf5/internal";
import { openAppends } from "../operations/append-data.js";
import { copyNodes, ONLY_HDF5 } from "../operations/copy-nodes.js";
import { createGroup } from "../operations/create-group.js";
import { listNodes } from "../operations/list-nodes.js";
import { getAttributes, removeMetadata, setAttributes } from "../operations/metadata.js";
import { planRead, readData, readShortData } from "../operations/read-data.js";
import { removeData } from "../operations/remove-data.js";
import { storeBlocks, storeData } from "../operations/store-data.js";
import type { H5Handle } from "../session/h5-handle.js";
import { NOT_NOW } from "../session/not-now.js";
import { StreamedDataset } from "../session/streamed-dataset.js";
import { FileAccess } from "./file-access.js";
import { openStream } from "./open-stream.js";
import { type H5Options, resolveOptions, SUPPORTS } from "./options.js";
import { PortReading } from "./port-reading.js";

/**
 * An HDF5 file as The Virtual Brain stores it: the original's
 * `HDF5StorageManager`. Every call that closes the file commits it: wholly, or
 * not at all. See `StorageManager` for what each method does and throws.
 */
export class HDF5StorageManager extends AbstractStorageManager {
  static readonly ROOT_NODE_PATH = "/";
  static readonly TVB_ATTRIBUTE_PREFIX: "TVB_" = TVB_ATTRIBUTE_PREFIX;
  static readonly BOOL_VALUE_PREFIX: "bool:" = BOOL_VALUE_PREFIX;
  static readonly DATETIME_VALUE_PREFIX: "datetime:" = DATETIME_VALUE_PREFIX;
  static readonly DATE_TIME_FORMAT: string = DATE_TIME_FORMAT;

  /** The files on the disk that this process uses now, and whether a call runs on them. */
  static get LOCKS(): ReadonlyMap<string, { readonly locked: boolean }> {
    return fileLocks();
  }

  /** As the original stores booleans in attributes: `bool:True`, `bool:False`. */
  static serializeBool(value: boolean): string {
    return serializeBool(value);
  }

  readonly #fs: SyncFileSystem;
  readonly #file: FileAccess;
  readonly #filters: FilterDecoders | undefined;
  /** Where the file is read through a port of the caller's. */
  readonly #port: PortReading | undefined;

  /**
   * Does not touch the file yet.
   *
   * @throws FileStructureException an empty path, or an option that cannot be.
   */
  constructor(storageFullName: string, options: H5Options = {}) {
    const { fs, file, pathStyle, port, filters } = resolveOptions(options);
    super(storageFullName, { supports: SUPPORTS, logger: file.logger, pathStyle });
    this.#fs = fs;
    this.#filters = filters;
    this.#file = new FileAccess(fs, storageFullName, file);
    if (port !== undefined)
      this.#port = new PortReading(port, storageFullName, { ignoreMarks: file.ignoreLocks, filters });
  }

  protected async _fileState(): Promise<FileState> {
    if (this.#port !== undefined) return this.#port.state();
    try {
      const isGroup = (handle: H5Handle) => handle.structure.object(handle.structure.root).kind === "group";
      return (await this.#file.read(isGroup, { keepOpen: false })) ? "valid" : "foreign";
    } catch (error) {
      if (!isTVBException(error)) throw error;
      if (!this.#fs.existsSync(this.path)) return "missing";
      return isTVBException(error, "FILE_STRUCTURE") && !isDenied(error.cause) ? "foreign" : "closed";
    }
  }

  protected async _storeData(path: string, input: NormalizedInput, options: StoreOptions): Promise<void> {
    this.#checkWritable();
    const { signal } = options;
    return this.#file.change((handle) => storeData(handle, path, input, options), { create: true, signal });
  }

  protected async _storeBlocks(path: string, source: BlockSource, options: StoreOptions): Promise<void> {
    this.#checkWritable();
    return this.#file.changeSlowly((handle) => storeBlocks(handle, path, source, options), options.signal);
  }

  protected async _appendData(path: string, input: NormalizedInput, options: AppendOptions): Promise<void> {
    this.#checkWritable();
    const keepOpen = options.closeFile === false;
    const axis = options.growDimension ?? -1;
    if (keepOpen && this.#file.appendNow((session) => session.buffer(path, input, axis))) return;
    // The call waits for its turn, and the caller need not.
    const owned = ownedInput(input);
    await this.#file.append(async (session) => {
      const begin = (handle: H5Handle) => openAppends(handle, path, owned, options);
      const appends = await session.appendsTo(path, axis, begin);
      await appends.append(owned);
    }, keepOpen);
  }

  protected async _getData(path: string, options: GetOptions): Promise<NDArray> {
    if (this.#port !== undefined) return this.#port.getData(path, options);
    const keepOpen = options.closeFile === false;
    if (options.onProgress === undefined) {
      const readShort = (handle: H5Handle) => {
        const part = partOf(handle, path, options);
        return readShortData(part.handle, part.plan, part.selection);
      };
      const found = this.#file.readNow(readShort, { keepOpen });
      if (found !== NOT_NOW) return found;
    }
    const read = (handle: H5Handle) => {
      const part = partOf(handle, path, options);
      return readData(part.handle, part.plan, part.selection, { ...options, filters: this.#filters });
    };
    return this.#file.read(read, { keepOpen });
  }

  protected _openStream(path: string, options: StreamOptions): Promise<OpenStream> {
    return (
      this.#port?.openStream(path, options) ??
      openStream(this.#fs, this.#file, path, { ...options, filters: this.#filters })
    );
  }

  protected _getDataShape(path: string): Promise<number[]> {
    if (this.#port !== undefined) return this.#port.shape(path);
    return this.#readOnce((handle) => {
      const there = handle.resolveExternal(path);
      const dataset = there.handle.dataset(there.path);
      return [...readShape(dataset, mappedType(dataset.type))];
    });
  }

  protected override async _createGroup(path: string): Promise<void> {
    this.#checkWritable();
    return this.#file.change((handle) => createGroup(handle, path), { create: true });
  }

  async copyNodes(given: StorageManager, options: CopyNodesOptions): Promise<CopyReport | undefined> {
    this.#checkWritable();
    const source = withoutLogging(given);
    // A file that is read through a port is fetched in pieces, value by value.
    if (!(source instanceof HDF5StorageManager) || source.#port !== undefined) return undefined;
    try {
      return await this.#copyNodes(source.#file, options);
    } catch (error) {
      throw nameInError(error, this.path);
    }
  }

  async #copyNodes(source: FileAccess, options: CopyNodesOptions): Promise<CopyReport | undefined> {
    const session = source.isSameFile(this.#file) ? undefined : await source.openCommitted();
    const change = async (handle: H5Handle): Promise<CopyReport> => {
      try {
        return await copyNodes(session?.handle, handle, options, (freed) =>
          StreamedDataset.noteFreed(this.#fs, handle.label, freed),
        );
      } finally {
        // What was read, or was found wrong, may be of two commits.
        if (session?.validate() === false)
          // biome-ignore lint/correctness/noUnsafeFinally: it is the reason of any other error.
          throw new FileStorageException(`${source.path} was changed while it was copied; copy it again`);
      }
    };
    try {
      return await this.#file.changeSlowly(change, options.signal);
    } catch (error) {
      if (error === ONLY_HDF5) return undefined;
      throw error;
    } finally {
      session?.close();
    }
  }

  protected async _removeData(path: string): Promise<void> {
    this.#checkWritable();
    const remove = (handle: H5Handle): void =>
      StreamedDataset.noteFreed(this.#fs, handle.label, removeData(handle, path));
    return this.#file.change(remove, { create: false });
  }

  protected async _setAttributes(path: string, attributes: ReadonlyMap<string, NDArray>): Promise<boolean> {
    this.#checkWritable();
    return this.#file.change((handle) => setAttributes(handle, path, attributes), { create: true });
  }

  protected _getAttributes(path: string, options: MetadataReadOptions): Promise<[string, NDArray][]> {
    if (this.#port !== undefined) return this.#port.attributes(path, options);
    return this.#readReporting(options, (handle, reporting) => getAttributes(handle, path, reporting));
  }

  protected async _removeMetadata(path: string, key: string, options: RemoveMetadataOptions): Promise<void> {
    this.#checkWritable();
    return this.#file.change((handle) => removeMetadata(handle, path, key, options), { create: false });
  }

  protected _listNodes(path: string, depth: number): Promise<NodeInfo[]> {
    if (this.#port !== undefined) return this.#port.list(path, depth);
    return this.#readOnce((handle) => listNodes(handle, path, depth, this.#filters));
  }

  protected async _closeFile(): Promise<void> {
    if (this.#port === undefined) await this.#file.close();
  }

  /** @throws FileStorageException the file is read through a port. */
  #checkWritable(): void {
    if (this.#port !== undefined) throw this.#port.refusal();
  }

  /** `#readOnce`, which may run its work again: what is left out is reported once. */
  async #readReporting<T>(
    options: MetadataReadOptions,
    work: (handle: H5Handle, options: MetadataReadOptions) => T,
  ): Promise<T> {
    const { onUnreadable } = options;
    if (onUnreadable === undefined) return this.#readOnce((handle) => work(handle, options));
    let unreadable: [string, string][] = [];
    const found = await this.#readOnce((handle) => {
      unreadable = [];
      return work(handle, { ...options, onUnreadable: (...one) => unreadable.push(one) });
    });
    for (const one of unreadable) onUnreadable(...one);
    return found;
  }

  /** Reads what takes no waiting, and leaves nothing open. */
  async #readOnce<T>(work: (handle: H5Handle) => T): Promise<T> {
    const found = this.#file.readNow(work, { keepOpen: false });
    return found === NOT_NOW ? this.#file.read(work, { keepOpen: false }) : found;
  }
}

/** What `getData` is to read, and where. */
function partOf(handle: H5Handle, path: string, { field, selection }: GetOptions) {
  const there = handle.resolveExternal(path);
  const plan = planRead(there.handle, there.handle.dataset(there.path), field);
  return {
    handle: there.handle,
    plan,
    selection: planSelection(plan, selection),
  };
}

function isDenied(cause: unknown): boolean {
  const code = systemErrorCode(cause);
  return code === "EACCES" || code === "EPERM";
}
