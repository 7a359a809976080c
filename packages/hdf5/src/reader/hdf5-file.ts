import { type NDArray, type NodeInfo, nodePath, type Selection } from "@tvb-storage/core/arrays";
import { FileStorageException } from "@tvb-storage/errors";
import {
  checkCallOptions,
  type LongOptions,
  nameInError,
  type OptionRule,
  type OptionRules,
  optionRule,
  optionRules,
} from "@tvb-storage/files";
import { FetchedPort, LongCall, longOptionRules } from "@tvb-storage/files/internal";
import { DatasetReader } from "../data/dataset-reader.js";
import { readArray } from "../data/read-array.js";
import { planSelection, readPlan } from "../data/read-plan.js";
import { type TypeInfo, typeInfo } from "../datatypes/type-info.js";
import { type AttributeValue, readAttributes } from "../elements/read-attributes.js";
import { type FilterDecoders, isFilterDecoders } from "../filters/filter.js";
import { undecodableReason } from "../filters/pipeline.js";
import { datasetAt, objectAt } from "../objects/find-object.js";
import { Hdf5Structure } from "../objects/hdf5-structure.js";
import { describeNode, listObjects, type UndecodableReason } from "../objects/list-objects.js";
import type { DatasetInfo } from "../objects/object-info.js";
import { writingMark } from "../superblock/superblock.js";
import { verifyFile } from "../verify/verify-file.js";
import type { StructureProblem } from "../verify/walk-structure.js";
import { type Hdf5Source, sourcePort, stepOn } from "./source-port.js";

export interface OpenOptions {
  /** What messages call the file; default `"HDF5 file"`. */
  name?: string;
  /**
   * Read a file although its superblock is marked as open for writing: by a program that has it open, or that died.
   * What was not flushed is missing. Default false. A SWMR writer's file needs no such permission.
   */
  ignoreMarks?: boolean;
  /**
   * Decoders of filters that this package does not know, or to be used instead of its own, by HDF5's registered
   * numbers: those of `@tvb-storage/hdf5/filters`, or yours.
   */
  filters?: FilterDecoders;
}

export interface ListOptions {
  /** Levels of groups below the path; default all. */
  depth?: number;
}

export interface ReadOptions extends LongOptions {
  /** One entry for each axis, as in numpy: `null` (all), an integer, or `slice(start, stop, step)`. */
  selection?: Selection;
  /** A field of a compound type; `"a.b"` for a nested one. */
  field?: string;
}

/** What is asked of the option `filters`, here and in other packages. */
export const filtersRule: OptionRule = optionRule(
  "decoders by filter number, such as { 32015: decode }",
  isFilterDecoders,
);

const OPEN: OptionRules<OpenOptions> = {
  name: optionRules.text,
  ignoreMarks: optionRules.boolean,
  filters: filtersRule,
};
const LIST: OptionRules<ListOptions> = {
  depth: optionRule(
    "a whole number of at least 0, or Infinity",
    (value) => value === Number.POSITIVE_INFINITY || optionRules.wholeFrom0.accepts(value),
  ),
};
const READ: OptionRules<ReadOptions> = {
  ...longOptionRules,
  selection: optionRules.list,
  field: optionRule(
    'the name of a field, such as "x" or "a.b"',
    (value) => typeof value === "string" && value !== "",
  ),
};

const DEFAULT_NAME = "HDF5 file";

/**
 * Opens a file for reading. Nothing is to be closed: a port remains the caller's. The bytes must not change
 * while it is used.
 *
 * @throws FileStructureException it is no HDF5 file, or cut short.
 * @throws FileStorageException it is damaged, spread over several files, or marked as open for writing.
 */
export async function open(source: Hdf5Source, given: OpenOptions = {}): Promise<Hdf5File> {
  const { name = DEFAULT_NAME, ignoreMarks, filters } = checkCallOptions(given, OPEN, "open");
  const port = sourcePort(source, name);
  const structure = await stepOn(port, () => new Hdf5Structure(port, name));
  if (writingMark(structure.superblock) === "write" && ignoreMarks !== true)
    throw new FileStorageException(
      `${name} is marked as open for writing: a program has it open or did not close it. Close it there, or pass ignoreMarks: true`,
    );
  return new Hdf5File(structure, filters);
}

/**
 * What is wrong with a file; an empty list if nothing is. Checks its superblock, the checksums of its structures,
 * every index, and that the stored data of every dataset can be decoded to what its shape needs. Never throws for what is
 * wrong with the file. Progress is in bytes of the file.
 *
 * @throws FileStorageException cancelled.
 */
export async function verify(
  source: Hdf5Source,
  given: LongOptions & Pick<OpenOptions, "name" | "filters"> = {},
): Promise<readonly StructureProblem[]> {
  const rules: OptionRules<LongOptions & Pick<OpenOptions, "name" | "filters">> = {
    ...longOptionRules,
    name: optionRules.text,
    filters: filtersRule,
  };
  const { name = DEFAULT_NAME, filters, ...options } = checkCallOptions(given, rules, "verify");
  const port = sourcePort(source, name);
  if (port instanceof FetchedPort)
    throw new FileStorageException(
      `${name} is verified from its bytes or a synchronous port: read all of it first, or verify it where it is`,
    );
  const call = new LongCall(`verifying ${name}`, options);
  const problems = await verifyFile(port, name, call, filters);
  call.finish();
  return problems;
}

/**
 * An HDF5 file that is read: what is in it, its attributes and its data. Paths are absolute (`/group/data`), soft links are
 * followed, and content outside the file (external links, external raw storage, virtual datasets) is refused.
 *
 * All methods throw a MissingDataSetException where nothing is at the path, and a FileStorageException that names
 * the structure and its address where the file is damaged.
 */
export class Hdf5File {
  readonly #structure: Hdf5Structure;
  readonly #filters: FilterDecoders | undefined;
  readonly #undecodable: UndecodableReason = (filters) => undecodableReason(filters, this.#filters);

  /** Made by `open`. */
  constructor(structure: Hdf5Structure, filters?: FilterDecoders) {
    this.#structure = structure;
    this.#filters = filters;
  }

  /** What messages call the file. */
  get name(): string {
    return this.#structure.file.name;
  }

  /** The version of the superblock: 0 to 3. */
  get superblockVersion(): number {
    return this.#structure.superblock.version;
  }

  /** What is at a path: its kind, and for a dataset its type, shape, chunks, filters and bytes stored. */
  async info(path: string): Promise<NodeInfo> {
    return this.#about(path, (at) =>
      this.#step(() =>
        describeNode(this.#structure, at, objectAt(this.#structure, at).object, this.#undecodable),
      ),
    );
  }

  /** What the elements of a dataset are: with the names of an enumeration's values, and the fields of a compound. */
  async type(path: string): Promise<TypeInfo> {
    return this.#about(path, (at) => this.#step(() => typeInfo(datasetAt(this.#structure, at).datatype)));
  }

  /**
   * Every object below a path once, sorted by path, and every link that is not a hard link. An object that cannot be
   * read is `kind: "unreadable"`, and the others are listed.
   */
  async list(path = "/", given: ListOptions = {}): Promise<NodeInfo[]> {
    return this.#about(path, (at) => {
      const { depth = Number.POSITIVE_INFINITY } = checkCallOptions(given, LIST, "list");
      return this.#step(() =>
        listObjects(this.#structure, objectAt(this.#structure, at), depth, this.#undecodable),
      );
    });
  }

  /** The attributes of an object by name: an array (a scalar has the shape `[]`), or the type that cannot be represented. */
  async attributes(path = "/"): Promise<Map<string, AttributeValue>> {
    return this.#about(path, (at) =>
      this.#step(() => {
        const { object } = objectAt(this.#structure, at);
        const found = readAttributes(this.#structure.file, this.#structure.header(object.address));
        return new Map(found.map(({ name, value }) => [name, value]));
      }),
    );
  }

  /**
   * A dataset, a selection of it, or a field of its compound type, in C order. What was never stored has the dataset's
   * fill value. Progress is in bytes of elements in the file.
   *
   * @throws FileStorageException a type that cannot be represented, content outside the file, an unknown
   *   filter, or cancelled.
   * @throws FileStructureException the path is a group's, or the selection does not fit the shape.
   */
  async read(path: string, given: ReadOptions = {}): Promise<NDArray> {
    return this.#about(path, async (at) => {
      const { selection, field, ...options } = checkCallOptions(given, READ, "read");
      const what = `${this.name}: ${at}`;
      const call = new LongCall(`reading ${what}`, options);
      const dataset = await call.orCancelled(this.#step(() => datasetAt(this.#structure, at)));
      const external = externalOf(dataset);
      if (external !== undefined)
        throw new FileStorageException(`${what} is ${external}; content outside the file is not read`);
      const { dataspace, datatype } = dataset;
      const isNull = dataspace.kind === "null";
      const plan = readPlan(what, { type: datatype, shape: isNull ? [0] : dataspace.shape, isNull }, field);
      const { file } = this.#structure;
      const reader = () => new DatasetReader(file, dataset, what, this.#filters);
      return readArray({ file, reader }, plan, planSelection(plan, selection), call);
    });
  }

  /** Runs a pure step that reads the file's structures. */
  #step<T>(run: () => T): Promise<T> {
    return stepOn(this.#structure.file.port, run);
  }

  /** Checks a path and runs `work` on it; all errors name the file and the path. */
  async #about<T>(path: string, work: (path: string) => T | Promise<T>): Promise<T> {
    try {
      return await work(nodePath(undefined, path));
    } catch (error) {
      throw nameInError(error, this.name, path);
    }
  }
}

/** Where the data of a dataset are, if they are in other files. */
function externalOf({ hasExternalFiles, layout }: DatasetInfo): string | undefined {
  if (hasExternalFiles) return "external raw storage";
  return layout.class === "virtual" ? "a virtual dataset" : undefined;
}
