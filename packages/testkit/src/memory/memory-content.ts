import {
  checkNewName,
  elementCount,
  itemSize,
  type NDArray,
  type NodeInfo,
  pathParts,
} from "@tvb-storage/core";
import { FileStructureException, MissingDataSetException } from "@tvb-storage/errors";
import { presentAmong } from "@tvb-storage/files";

/** A dataset as it is kept: the whole array and what `listNodes` tells of its layout. */
export interface MemoryDataset {
  readonly array: NDArray;
  /** Of this dataset alone, as long as it is not removed. */
  readonly identity: symbol;
  /** `null` for the axis along which it may grow. */
  readonly maxShape: readonly (number | null)[];
  readonly chunks: readonly number[] | null;
  readonly filters: readonly string[];
  /** Bytes of a string at the most, where strings have a fixed length. */
  readonly stringLength: number | undefined;
}

/** A group, or a dataset; either has attributes, by the name under which they are stored. */
export interface MemoryNode {
  readonly attributes: ReadonlyMap<string, NDArray>;
  readonly dataset: MemoryDataset | undefined;
}

/**
 * All nodes of a file by absolute path, `/` among them. Content is never
 * changed, only replaced: every function here gives a new one, so whoever
 * keeps the old one has a snapshot, and a call that throws has changed nothing.
 */
export type MemoryContent = ReadonlyMap<string, MemoryNode>;

export const EMPTY_GROUP: MemoryNode = { attributes: new Map(), dataset: undefined };

export function emptyContent(): MemoryContent {
  return new Map([["/", EMPTY_GROUP]]);
}

/** @throws MissingDataSetException no such node. */
export function nodeAt(content: MemoryContent, path: string): MemoryNode {
  const node = content.get(path);
  if (node === undefined)
    throw new MissingDataSetException(`there is no node ${path}${presentAmong(path, content.keys())}`);
  return node;
}

/** @throws MissingDataSetException no such dataset, also where a group has that name. */
export function datasetAt(content: MemoryContent, path: string): MemoryDataset {
  const { dataset } = nodeAt(content, path);
  if (dataset === undefined) throw new MissingDataSetException(`${path} is a group, not a dataset`);
  return dataset;
}

/**
 * With another array or layout for a dataset, or with a new one and its parent groups.
 *
 * @throws FileStructureException a group has that name, a parent is a dataset, or a new name is `..`.
 */
export function withDataset(content: MemoryContent, path: string, dataset: MemoryDataset): MemoryContent {
  const old = content.get(path);
  if (old !== undefined && old.dataset === undefined)
    throw new FileStructureException(`${path} is a group; remove it before a dataset takes its name`);
  pathParts(path).forEach(checkNewName);
  const nodes = new Map(content);
  for (const parent of parentsOf(path)) {
    const node = nodes.get(parent);
    if (node?.dataset !== undefined)
      throw new FileStructureException(`${path} cannot be created: ${parent} is a dataset, not a group`);
    if (node === undefined) nodes.set(parent, EMPTY_GROUP);
  }
  return nodes.set(path, { attributes: old?.attributes ?? new Map(), dataset });
}

/** @throws FileStructureException no such node. */
export function withoutNode(content: MemoryContent, path: string): MemoryContent {
  if (!content.has(path))
    throw new FileStructureException(
      `there is no node ${path} to remove${presentAmong(path, content.keys())}`,
    );
  return new Map([...content].filter(([other]) => other !== path && !other.startsWith(`${path}/`)));
}

export function withAttributes(
  content: MemoryContent,
  path: string,
  attributes: ReadonlyMap<string, NDArray>,
): MemoryContent {
  return new Map(content).set(path, { ...nodeAt(content, path), attributes });
}

/** `/` and the groups down to the one that `path` is in. */
function* parentsOf(path: string): Generator<string> {
  yield "/";
  for (let end = path.indexOf("/", 1); end > 0; end = path.indexOf("/", end + 1)) yield path.slice(0, end);
}

/** The nodes beneath `where`, down to `depth` levels, in the order of their paths. */
export function describeNodes(content: MemoryContent, where: string, depth: number): NodeInfo[] {
  const prefix = where === "/" ? "/" : `${where}/`;
  return [...content.keys()]
    .filter((path) => path !== where && path.startsWith(prefix))
    .filter((path) => path.slice(prefix.length).split("/").length <= depth)
    .sort()
    .map((path) => describeNode(path, nodeAt(content, path)));
}

function describeNode(path: string, { dataset }: MemoryNode): NodeInfo {
  if (dataset === undefined) return { path, kind: "group" };
  const { array, maxShape, chunks, filters } = dataset;
  const storedBytes = elementCount(array.shape) * itemSize(array.dtype);
  return {
    path,
    kind: "dataset",
    dtype: array.dtype,
    shape: [...array.shape],
    maxShape,
    chunks,
    filters,
    storedBytes,
  };
}
