import type {
  FileState,
  GetOptions,
  MetadataReadOptions,
  NDArray,
  NodeInfo,
  OpenStream,
  ResolvedSelection,
  StreamOptions,
} from "@tvb-storage/core";
import { FileStorageException, isTVBException } from "@tvb-storage/errors";
import type { LongOptions } from "@tvb-storage/files";
import { LongCall } from "@tvb-storage/files/internal";
import type { FilterDecoders, Hdf5Source } from "@tvb-storage/hdf5";
import {
  DatasetReader,
  datasetAt,
  Hdf5Structure,
  listObjects,
  mappedType,
  objectAt,
  planSelection,
  type ReadPlan,
  readArray,
  readPlan,
  readShape,
  sourcePort,
  stepOn,
  undecodableReason,
} from "@tvb-storage/hdf5/internal";
import { attributeArrays } from "../operations/metadata.js";
import { resultItemBytes } from "../operations/read-data.js";
import { type DatasetInfo, datasetInfo } from "../session/dataset-info.js";
import { refuseMarked } from "../session/other-programs.js";

type DatasetPlan = ReadPlan<DatasetInfo>;

interface PortOptions {
  readonly ignoreMarks: boolean;
  readonly filters: FilterDecoders | undefined;
}

/** A file that is read through a port of the caller's, at once or later, and never changed. Its bytes must stay as they are. */
export class PortReading {
  readonly #source: Hdf5Source;
  readonly #name: string;
  readonly #options: PortOptions;
  #opened: Promise<Hdf5Structure> | undefined;

  constructor(source: Hdf5Source, name: string, options: PortOptions) {
    this.#source = source;
    this.#name = name;
    this.#options = options;
  }

  /** The error of a call that would change the file. */
  refusal(): FileStorageException {
    return new FileStorageException(
      `${this.#name} is read through a port and cannot be changed; to change it, give the path of a file and its fs`,
    );
  }

  async state(): Promise<FileState> {
    try {
      const structure = await this.#open();
      return await this.#step((file) => (file.object(structure.root).kind === "group" ? "valid" : "foreign"));
    } catch (error) {
      if (isTVBException(error, "FILE_STRUCTURE")) return "foreign";
      throw error;
    }
  }

  async getData(path: string, { selection, field, ...options }: GetOptions): Promise<NDArray> {
    const plan = await this.#plan(path, field);
    return this.#read(plan, planSelection(plan, selection), options);
  }

  async openStream(path: string, options: StreamOptions): Promise<OpenStream> {
    const plan = await this.#plan(path, options.field);
    return {
      selection: planSelection(plan, options.selection),
      itemBytes: resultItemBytes(plan),
      read: (part) => this.#read(plan, part, {}),
      close: async () => undefined,
    };
  }

  async shape(path: string): Promise<number[]> {
    const dataset = await this.#dataset(path);
    return readShape(dataset, mappedType(dataset.type));
  }

  async attributes(path: string, options: MetadataReadOptions): Promise<[string, NDArray][]> {
    // A step may run again where bytes have to be fetched first: nothing is reported before it is done.
    const { found, unreadable } = await this.#step((structure) => {
      const unreadable: [string, string][] = [];
      const onUnreadable = (name: string, type: string) => unreadable.push([name, type]);
      const node = objectAt(structure, path);
      return {
        unreadable,
        found: attributeArrays(structure, node, this.#name, { ...options, onUnreadable }),
      };
    });
    for (const [name, type] of unreadable) options.onUnreadable?.(name, type);
    return found;
  }

  list(path: string, depth: number): Promise<NodeInfo[]> {
    const { filters } = this.#options;
    return this.#step((structure) =>
      listObjects(structure, objectAt(structure, path), depth, (stored) =>
        undecodableReason(stored, filters),
      ),
    );
  }

  async #plan(path: string, field: string | undefined): Promise<DatasetPlan> {
    const dataset = await this.#dataset(path);
    const what = `${this.#name}: ${path}`;
    if (dataset.external !== undefined)
      throw new FileStorageException(`${what} is ${dataset.external}; content outside the file is not read`);
    return readPlan(what, dataset, field);
  }

  #dataset(path: string): Promise<DatasetInfo> {
    return this.#step((structure) => {
      const object = datasetAt(structure, path);
      return datasetInfo(path, object, (address) => structure.file.positionOf(address));
    });
  }

  async #read(plan: DatasetPlan, selection: ResolvedSelection, options: LongOptions): Promise<NDArray> {
    const { path } = plan.dataset;
    const structure = await this.#open();
    const object = await this.#step(() => datasetAt(structure, path));
    const reader = () =>
      new DatasetReader(structure.file, object, `${this.#name}: ${path}`, this.#options.filters);
    const call = new LongCall(`reading ${path} of ${this.#name}`, options);
    return readArray({ file: structure.file, reader }, plan, selection, call);
  }

  /** Runs a pure step that reads the file's structures. */
  async #step<T>(run: (structure: Hdf5Structure) => T): Promise<T> {
    const structure = await this.#open();
    return stepOn(structure.file.port, () => run(structure));
  }

  /** Once: the bytes stay as they are. Where it fails, the next call tries again. */
  async #open(): Promise<Hdf5Structure> {
    this.#opened ??= this.#openNow();
    try {
      return await this.#opened;
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }

  async #openNow(): Promise<Hdf5Structure> {
    const port = sourcePort(this.#source, this.#name);
    const structure = await stepOn(port, () => new Hdf5Structure(port, this.#name));
    if (!this.#options.ignoreMarks) refuseMarked(this.#name, structure.superblock, "read");
    return structure;
  }
}
