import { pathParts } from "@tvb-storage/core/internal";
import { FileStorageException, FileStructureException, MissingDataSetException } from "@tvb-storage/errors";
import type { FilePort } from "@tvb-storage/files";
import {
  DatasetReader,
  type FoundObject,
  findObject,
  Hdf5Structure,
  objectAt,
  presentObjects,
} from "@tvb-storage/hdf5/internal";
import type { Engine } from "../engine/engine.js";
import { H5File, type OpenOptions } from "../engine/h5-file.js";
import { type DatasetInfo, datasetInfo } from "./dataset-info.js";
import type { ExternalFiles } from "./external-files.js";

/** Readers that are kept for datasets that are read again. */
const MAX_READERS = 4;

/**
 * One open file, read through its port in two ways: by our reader of HDF5's structures (what there
 * is) and by HDF5 itself (the data). HDF5 is opened when it is first needed; what it holds
 * unwritten is flushed before structures are read.
 */
export class H5Handle {
  readonly #engine: Engine | undefined;
  readonly #mode: OpenOptions["mode"];
  readonly #waitUntilStable: (() => Promise<void>) | undefined;
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
    engine: Engine | undefined,
    readonly port: FilePort,
    readonly label: string,
    mode: OpenOptions["mode"],
    waitUntilStable?: () => Promise<void>,
  ) {
    this.#waitUntilStable = waitUntilStable;
    this.#engine = engine;
    this.#mode = mode;
    this.#toCreate = mode === "create";
  }

  /** Lets the port prepare for reading many bytes. */
  async beforeLongRead(): Promise<void> {
    await this.#waitUntilStable?.();
  }

  /** Whether HDF5 has the file open. */
  get isOpen(): boolean {
    return this.#file !== undefined;
  }

  /** Whether HDF5 may hold changes that are not in the port, so that structures cannot be edited there as they are. */
  get isDirty(): boolean {
    return this.#dirty;
  }

  /** The file in HDF5, for reading. */
  get file(): H5File {
    if ((this.#mode === "read" || this.#mode === "read growing") && this.#file?.isLost === true)
      this.abandon();
    if (this.#file === undefined) {
      if (this.#engine === undefined) throw new FileStorageException(`${this.label}: HDF5 is not loaded`);
      const mode = this.#mode === "create" && !this.#toCreate ? "write" : this.#mode;
      const siblings = this.external?.siblingsOf(this.label);
      this.#file = H5File.open(this.#engine, this.port, { mode, label: this.label, siblings });
      this.#toCreate = false;
    }
    return this.#file;
  }

  /** The file in HDF5, for data that only HDF5 reads and that were not checked. */
  get unchecked(): H5File {
    this.#engine?.forgetOthers(this.file);
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

  /**
   * Writes elements of a dataset to where they are in the file. HDF5 may have the
   * file open: of the datasets that it has not open itself it keeps no elements.
   */
  writeElements(bytes: Uint8Array, position: number): void {
    this.changes += 1;
    this.port.write(bytes, position);
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

  /** Reads the data of a dataset of this file as they are now. */
  reader({ path, address }: DatasetInfo): DatasetReader {
    const { structure } = this;
    if (this.#readers.of !== structure) this.#readers = { of: structure, byAddress: new Map() };
    const known = this.#readers.byAddress.get(address);
    if (known !== undefined) return known;
    const object = structure.object(address);
    if (object.kind !== "dataset") throw new MissingDataSetException(`${this.label} has no dataset ${path}`);
    const reader = new DatasetReader(structure.file, object, `${this.label}: ${path}`);
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

  /** Runs an edit of the structures on the port, with HDF5 closed. */
  edit<T>(work: (port: FilePort) => T): T {
    this.closeFile();
    this.forget();
    this.changes += 1;
    return work(this.port);
  }

  /** Forgets what was read of structures. */
  forget(): void {
    this.#structure = undefined;
    this.#datasets.clear();
  }

  /** Notes a change of a dataset: whoever asks for it from now on gets `dataset`, though it was read again meanwhile. */
  update(dataset: DatasetInfo, change: Partial<Pick<DatasetInfo, "shape" | "chunks">>): void {
    Object.assign(dataset, change);
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
