import {
  type Compression,
  type CopyNodesOptions,
  type CopyProblem,
  type CopyReport,
  elementCount,
  isDataType,
  itemSize,
  type LayoutOptions,
  type NDArray,
  type NodeInfo,
  type StorageManager,
  TVB_ATTRIBUTE_PREFIX,
} from "@tvb-storage/core";
import { FileStorageException, FileStructureException, isTVBException } from "@tvb-storage/errors";
import { hasEscapedBytes } from "@tvb-storage/files";
import { DATA_VERSION_KEY, errorMessage, isWithin, LongCall } from "@tvb-storage/files/internal";
import { copyDataset, SharedTarget } from "./copy-dataset.js";

/** A manager with the calls that exact attributes and empty groups need. */
type ExactManager = StorageManager &
  Required<Pick<StorageManager, "supports" | "getAttributes" | "setAttributes" | "createGroup">>;

/** As what the calls that store take; `"none"`: without the compression that the source has. */
export interface CopyLayout extends Omit<LayoutOptions, "compression"> {
  compression?: Compression | "none";
}

interface CopyValuesOptions extends CopyNodesOptions {
  readonly layout?: ((node: NodeInfo) => CopyLayout) | undefined;
}

const VERSION_ATTRIBUTE = `${TVB_ATTRIBUTE_PREFIX}${DATA_VERSION_KEY}`;

/** Copies nodes value by value, between managers of any kind. See `copyStorage`. */
export async function copyValues(
  from: StorageManager,
  to: StorageManager,
  options: CopyValuesOptions,
): Promise<CopyReport> {
  const source = exact(from);
  const target = exact(to);
  const call = new LongCall(`copying ${options.from} of ${source.path}`, options);
  const isNew = !(await target.isValidTvbFile());
  if (source.path === target.path && isWithin(options.from, options.to) && options.from !== options.to)
    throw new FileStructureException(`${options.to} is within ${options.from}, which is to be copied`);
  const nodes = await source.listNodes({ where: options.from });
  const copy = new ValueCopy(source, target, options, call);
  if (!isNew) await copy.refuseExisting();
  return copy.run(nodes, isNew);
}

function exact(manager: StorageManager): ExactManager {
  const { supports, getAttributes, setAttributes, createGroup } = manager;
  if (
    supports === undefined ||
    getAttributes === undefined ||
    setAttributes === undefined ||
    createGroup === undefined
  )
    throw new FileStorageException(
      `${manager.path} cannot be copied from or to: its manager has no getAttributes, setAttributes, createGroup and supports, as those that extend AbstractStorageManager have`,
    );
  return manager as ExactManager; // all of them were found
}

class ValueCopy {
  readonly #problems: CopyProblem[] = [];
  #groups = 0;
  #datasets = 0;
  #attributes = 0;
  #bytes = 0;
  /** The outermost nodes that this copy made. */
  readonly #made: string[] = [];
  /** The attributes of the root that it made. */
  #ofRoot: readonly string[] = [];

  constructor(
    private readonly source: ExactManager,
    private readonly target: ExactManager,
    private readonly options: CopyValuesOptions,
    private readonly call: LongCall,
  ) {}

  /** @throws FileStructureException something is where the copy goes. */
  async refuseExisting(): Promise<void> {
    const { to, overwrite } = this.options;
    const found = await this.#found(to);
    if (found === undefined) return;
    throw new FileStructureException(
      overwrite
        ? `${found} is at ${to} of ${this.target.path}, which this backend cannot replace in one step by what another holds: remove it first, or copy to a new file`
        : `expected nothing at ${to} of ${this.target.path}, found ${found}; ${to === "/" ? "copy to a new file, or to a group of its own (to)" : "remove it first, or give another path (to)"}`,
    );
  }

  /** What is at a path of the target; a root without nodes and with no more than its version is nothing. */
  async #found(path: string): Promise<string | undefined> {
    try {
      const nodes = await this.target.listNodes({ where: path, depth: 1 });
      if (path !== "/") return nodes[0]?.path === path ? "a dataset" : "a group";
      if (nodes.length > 0) return `a group of ${nodes.length} nodes`;
      const attributes = await this.target.getAttributes("/", { skipUnreadable: true });
      attributes.delete(VERSION_ATTRIBUTE);
      return attributes.size > 0 ? "a group with attributes" : undefined;
    } catch (error) {
      if (isTVBException(error, "MISSING_DATASET")) return undefined;
      throw error;
    }
  }

  async run(nodes: readonly NodeInfo[], isNew: boolean): Promise<CopyReport> {
    const { from, to } = this.options;
    const chosen = this.#chosen(nodes);
    this.call.total = chosen.reduce((sum, node) => sum + bytesOf(node), 0);
    const made = isNew ? undefined : await this.#outermostMissing(to);
    this.call.check();
    try {
      if (to !== "/") this.#made.push(made ?? outermost(to));
      const isDataset = chosen.length === 1 && chosen[0]?.path === from && chosen[0].kind === "dataset";
      if (!isDataset) {
        await this.target.createGroup(to);
        if (to !== "/") this.#groups += 1;
      }
      for (const node of chosen) await this.#copyNode(node);
      if (!isDataset) await this.#copyAttributes(from, to);
      if (to === "/") await this.#dropVersion();
      await this.target.closeFile();
      this.call.finish();
    } catch (error) {
      throw await this.#undone(error);
    }
    const [groups, datasets, attributes] = [this.#groups, this.#datasets, this.#attributes];
    return { groups, datasets, attributes, bytes: this.#bytes, problems: this.#problems };
  }

  /** Those that are included, groups before what is in them. */
  #chosen(nodes: readonly NodeInfo[]): NodeInfo[] {
    const { include } = this.options;
    const sorted = [...nodes].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    if (include === undefined) return sorted;
    const left: string[] = [];
    return sorted.filter((node) => {
      if (left.some((path) => isWithin(path, node.path))) return false;
      if (node.path === this.options.from || include(node)) return true;
      left.push(node.path);
      return false;
    });
  }

  async #outermostMissing(path: string): Promise<string> {
    let missing = path;
    for (let at = path; at.lastIndexOf("/") > 0; ) {
      at = at.slice(0, at.lastIndexOf("/"));
      if ((await this.#found(at)) !== undefined) break;
      missing = at;
    }
    return missing;
  }

  #targetOf(path: string): string {
    const { from, to } = this.options;
    const rest = from === "/" ? path : path.slice(from.length);
    if (to === "/") return rest === "" ? "/" : rest;
    return rest === "/" ? to : `${to}${rest}`;
  }

  async #copyNode(node: NodeInfo): Promise<void> {
    await this.call.pause();
    const path = this.#targetOf(node.path);
    const { to } = this.options;
    if (to === "/" && path.lastIndexOf("/") === 0) this.#made.push(path);
    const problem = (text: string): void => this.#problem(node.path, text);
    switch (node.kind) {
      case "group":
        await this.target.createGroup(path);
        this.#groups += 1;
        break;
      case "dataset":
        if (!(await this.#copyDataset(node, path, problem))) return;
        this.#datasets += 1;
        this.#bytes += bytesOf(node);
        break;
      case "link":
        return problem(`it is a link to ${node.target ?? "another node"}, which is not copied`);
      case "datatype":
        return problem(`it is a named datatype (${node.dtype ?? "unknown"}), which is not copied`);
      case "unreadable":
        return problem(`it cannot be read, and is not copied: ${node.reason ?? "no reason was given"}`);
    }
    for (const other of node.otherPaths ?? [])
      this.#problem(other, `it is another name of ${node.path} (a hard link), which is not copied`);
    await this.#copyAttributes(node.path, path);
  }

  #copyDataset(node: NodeInfo, path: string, problem: (text: string) => void): Promise<boolean> {
    const { chunks = node.chunks, compression = node.compression } = this.options.layout?.(node) ?? {};
    const { compression: before, filters = [], ...others } = node;
    const stored: NodeInfo = {
      ...others,
      filters: compression === before ? filters : [],
      ...(chunks === undefined
        ? {}
        : { chunks, defaultChunks: chunks === node.chunks && node.defaultChunks === true }),
      ...(compression === undefined || compression === "none" ? {} : { compression }),
    };
    return copyDataset(this.source, this.target, stored, path, { call: this.call, problem });
  }

  async #copyAttributes(from: string, to: string): Promise<void> {
    const onUnreadable = (name: string, type: string): void =>
      this.#problem(from, `its type ${type} cannot be represented, and it is not copied`, name);
    const found = await this.source.getAttributes(from, { skipUnreadable: true, onUnreadable });
    const attributes = new Map<string, NDArray>();
    for (const [name, value] of found) {
      if (!this.#takesTexts(name, value)) {
        this.#problem(from, "it has bytes that are not UTF-8, which the target cannot store", name);
        continue;
      }
      if (value.enumMembers !== undefined)
        this.#problem(from, "its values are copied without the names that they have (an enumeration)", name);
      const { enumMembers: _, ...plain } = value;
      attributes.set(name, plain);
    }
    if (to === "/") this.#ofRoot = [...attributes.keys()].filter((name) => name !== VERSION_ATTRIBUTE);
    if (attributes.size > 0) await this.target.setAttributes(attributes, to);
    this.#attributes += attributes.size;
  }

  #takesTexts(name: string, { data }: NDArray): boolean {
    if (this.target.supports.escapedBytes === true) return true;
    return !hasEscapedBytes(name) && !(Array.isArray(data) && data.some(hasEscapedBytes));
  }

  /** The version that the target's manager wrote into a new file, where the source has none. */
  async #dropVersion(): Promise<void> {
    const found = await this.source.getAttributes(this.options.from, { skipUnreadable: true });
    if (found.has(VERSION_ATTRIBUTE)) return;
    await this.target.removeMetadata(DATA_VERSION_KEY, "/", { checkExistence: true });
  }

  #problem(path: string, problem: string, key?: string): void {
    this.#problems.push(key === undefined ? { path, problem } : { path, key, problem });
  }

  /** The error of the copy, once what it made is removed. */
  async #undone(error: unknown): Promise<unknown> {
    if (error instanceof SharedTarget) return error; // it may be all the other's
    try {
      for (const path of this.#made)
        if ((await this.#found(path)) !== undefined) await this.target.removeData(path);
      for (const name of this.#ofRoot)
        await this.target.removeMetadata(name, "/", { tvbSpecificMetadata: false, checkExistence: true });
      return error;
    } catch (removal) {
      // A file that was never made, or that cannot be used any more, has nothing of ours in it.
      if (!isTVBException(error) || !(await this.target.isValidTvbFile())) return error;
      return new FileStorageException(
        `${error.message}; what was copied before is left at ${this.#made.join(", ")}: ${errorMessage(removal)}`,
        { cause: error },
      );
    }
  }
}

function outermost(path: string): string {
  const end = path.indexOf("/", 1);
  return end < 0 ? path : path.slice(0, end);
}

/** Of the elements in memory. */
function bytesOf({ kind, dtype, shape = [] }: NodeInfo): number {
  return kind === "dataset" && isDataType(dtype) ? elementCount(shape) * itemSize(dtype) : 0;
}
