import { pathParts } from "@tvb-storage/core/internal";
import { FileStorageException, FileStructureException, MissingDataSetException } from "@tvb-storage/errors";
import type { FilePort } from "@tvb-storage/files";
import type { FilterDecoders } from "@tvb-storage/hdf5";
import {
  DatasetReader,
  DatasetWriter,
  type FoundObject,
  findObject,
  Hdf5Structure,
  objectAt,
  presentObjects,
  type StructureFile,
  type WriterOptions,
} from "@tvb-storage/hdf5/internal";
import { type Engine, engineIfReady, getEngine } from "../engine/engine.js";
import { H5File, type OpenOptions } from "../engine/h5-file.js";
import { type DatasetInfo, datasetInfo } from "./dataset-info.js";
import type { ExternalFiles } from "./external-files.js";

/** Readers that are kept for datasets that are read again. */
const MAX_READERS = 4;
const NO_DECODERS: FilterDecoders = {};

/** How a handle uses its file. */
export interface HandleOptions {
  readonly mode: OpenOptions["mode"];
  /** Nothing is written without HDF5. */
  readonly onlyHdf5?: boolean;
  readonly waitUntilStable?: () => Promise<void>;
}

/**
 * One open file, through its port in two ways: by our reader and writer of HDF5's structures, and by HDF5 itself, for
 * what those do not know. HDF5 is opened when it is first needed; what it holds unwritten is flushed before structures
 * are read, and it is closed before they are changed.
 */
export class H5Handle {
  readonly #options: HandleOptions;
  readonly #datasets = new Map<string, DatasetInfo>();
  #structure: Hdf5Structure | undefined;
  #readers: {
    readonly of: Hdf5Structure | undefined;
    readonly byAddress: Map<number, DatasetReader>;
  } = { of: undefined, byAddress: new Map() };
  #file: H5File | undefined;
  /** HDF5 may hold changes that are not in the port yet. */
  #dirty = false;
  /**
   * Of datasets that were appended to, by address: from this layer of chunks along
   * the axis on, all were written or looked at while this file was open.
   */
  readonly soundLayers = new Map<number, { readonly axis: number; readonly layer: number }>();
  /** The files with external content; undefined where that is not read. */
  external: ExternalFiles | undefined;
  /** How many changes were begun; says whether a failed call left the file as it was. */
  changes = 0;
  /** The file has no content until HDF5 makes it. */
  #toCreate: boolean;

  constructor(
    readonly port: FilePort,
    readonly label: string,
    options: HandleOptions,
  ) {
    this.#options = options;
    this.#toCreate = options.mode === "create";
  }

  /** Lets the port prepare for reading many bytes. */
  async beforeLongRead(): Promise<void> {
    await this.#options.waitUntilStable?.();
  }

  /** Whether HDF5 has the file open. */
  get isOpen(): boolean {
    return this.#file !== undefined;
  }

  /** To be awaited before HDF5 is used. */
  async loadHdf5(): Promise<void> {
    await getEngine();
  }

  get #engine(): Engine {
    const engine = engineIfReady();
    if (engine === undefined) throw new FileStorageException(`${this.label}: HDF5 is not loaded`);
    return engine;
  }

  /** The file in HDF5, for reading. */
  get file(): H5File {
    const { mode } = this.#options;
    if ((mode === "read" || mode === "read growing") && this.#file?.isLost === true) this.abandon();
    if (this.#file === undefined) {
      // HDF5 goes by the end of the file in the superblock.
      this.#structure?.file.space.save();
      const siblings = this.external?.siblingsOf(this.label);
      const opened = mode === "create" && !this.#toCreate ? "write" : mode;
      this.#file = H5File.open(this.#engine, this.port, { mode: opened, label: this.label, siblings });
      this.#toCreate = false;
    }
    return this.#file;
  }

  /** The file in HDF5, for data that only HDF5 reads and that were not checked. */
  get unchecked(): H5File {
    this.#engine.forgetOthers(this.file);
    return this.file;
  }

  /** The file in HDF5, for changing it: the structures that were read before are discarded. */
  forWriting(): H5File {
    const { file } = this;
    this.changes += 1;
    this.#dirty = true;
    this.#structure = undefined;
    return file;
  }

  /** The structures of the file as they are now. */
  get structure(): Hdf5Structure {
    if (this.#dirty) {
      this.#file?.flush();
      this.#dirty = false;
    }
    this.#structure ??= new Hdf5Structure(this.port, this.label);
    return this.#structure;
  }

  /** Reads the data of a dataset of this file as they are now; `decoders` are those of the manager that reads. */
  reader({ path, address }: DatasetInfo, decoders = NO_DECODERS): DatasetReader {
    const { structure } = this;
    if (this.#readers.of !== structure) this.#readers = { of: structure, byAddress: new Map() };
    const known = this.#readers.byAddress.get(address);
    if (known?.decoders === decoders) return known;
    const object = structure.object(address);
    if (object.kind !== "dataset") throw new MissingDataSetException(`${this.label} has no dataset ${path}`);
    const reader = new DatasetReader(structure.file, object, `${this.label}: ${path}`, decoders);
    // Of one dataset or few: they may keep a chunk each.
    if (this.#readers.byAddress.size >= MAX_READERS) this.#readers.byAddress.clear();
    this.#readers.byAddress.set(address, reader);
    return reader;
  }

  /** Writes all that HDF5 holds to the port, and closes it. */
  closeFile(): void {
    const file = this.#file;
    this.#file = undefined;
    this.#dirty = false;
    file?.close();
  }

  /** Closes HDF5 without writing anything more. */
  abandon(): void {
    this.soundLayers.clear();
    this.#file?.abandon();
    this.#file = undefined;
    this.#dirty = false;
  }

  /** Writes all that is not in the port yet, and closes HDF5. */
  finish(): void {
    this.closeFile();
    this.#structure?.file.space.save();
  }

  /** Whether the file may be changed without HDF5; each call then says whether it can be. */
  get #editsItself(): boolean {
    return this.#options.onlyHdf5 !== true && !this.#toCreate;
  }

  /** Closes HDF5, so that structures can be changed. */
  #leaveHdf5(): void {
    if (this.#file === undefined) return;
    this.closeFile();
    this.forget();
  }

  /** Runs a change of the structures, with HDF5 closed. */
  edit<T>(work: (file: StructureFile) => T): T {
    this.#leaveHdf5();
    this.changes += 1;
    try {
      return work(this.structure.file);
    } finally {
      this.#forgetObjects();
    }
  }

  /** As `edit`, for what HDF5 can do too: false where it has to, since `work` says so or nothing else is wanted. */
  tryEdit(work: (file: StructureFile) => boolean): boolean {
    return this.#editsItself && this.edit(work);
  }

  /** For writing elements of a dataset without HDF5, until `wrote`; undefined where HDF5 has to. */
  writer({ address, path }: DatasetInfo, options: WriterOptions): DatasetWriter | undefined {
    if (!this.#editsItself) return undefined;
    this.#leaveHdf5();
    return DatasetWriter.open(this.structure.file, address, `${this.label}: ${path}`, options);
  }

  /** Whether a writer is of the file as it is known here: HDF5 has not changed it since. */
  isCurrent(writer: DatasetWriter): boolean {
    return this.#structure?.file === writer.file;
  }

  /** To be called before elements are written by a writer, and after it has saved. */
  wrote(): void {
    this.changes += 1;
    this.#forgetObjects();
  }

  /** What was read of objects: the file is changed, and the same. */
  #forgetObjects(): void {
    this.#structure?.forget();
    this.#datasets.clear();
    this.#readers.byAddress.clear();
  }

  /** Forgets what was read of structures. */
  forget(): void {
    this.#structure = undefined;
    this.#datasets.clear();
  }

  /** Notes a change of a dataset: whoever asks for it from now on gets `dataset`, though it was read again meanwhile. */
  update(dataset: DatasetInfo, change: Partial<Pick<DatasetInfo, "shape" | "chunks">>): void {
    Object.assign(dataset, change);
    // It may be known by other paths.
    this.#datasets.clear();
    this.#datasets.set(dataset.path, dataset);
  }

  /**
   * The object at `path`, or undefined where there is none.
   *
   * @throws FileStorageException the path leaves the file.
   */
  find(path: string): FoundObject | undefined {
    return findObject(this.structure, path);
  }

  /**
   * What a path resolves to: a path in this file or, where external content is read, through
   * external links in another.
   *
   * @throws FileStorageException the other file cannot be opened.
   */
  resolveExternal(path: string, hops = 1): { readonly handle: H5Handle; readonly path: string } {
    if (this.external === undefined) return { handle: this, path };
    const found = this.structure.trace(path);
    if (found?.kind !== "outside" || found.link.kind !== "external") return { handle: this, path };
    const target = pathParts(`${found.link.path}/${found.rest}`);
    return this.external
      .handle(this.label, found.link, hops)
      .resolveExternal(`/${target.join("/")}`, hops + 1);
  }

  /** @throws MissingDataSetException there is no such node. */
  node(path: string): FoundObject {
    return objectAt(this.structure, path);
  }

  /** The dataset at `path`; undefined where nothing is there. */
  findDataset(path: string): DatasetInfo | undefined {
    const known = this.#datasets.get(path);
    if (known !== undefined) return known;
    const found = this.find(path);
    if (found === undefined) return undefined;
    if (found.object.kind !== "dataset") {
      throw new FileStructureException(`${this.label}: ${path} is a ${found.object.kind}, not a dataset`);
    }
    const info = datasetInfo(path, found.object, (address) => this.structure.file.positionOf(address));
    this.#datasets.set(path, info);
    return info;
  }

  /**
   * @throws MissingDataSetException nothing is there.
   * @throws FileStructureException it is a group or a datatype.
   */
  dataset(path: string): DatasetInfo {
    const info = this.findDataset(path);
    if (info === undefined)
      throw new MissingDataSetException(
        `${this.label} has no dataset ${path}${presentObjects(this.structure, path)}`,
      );
    return info;
  }
}
