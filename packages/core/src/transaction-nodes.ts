import {
  FileStorageException,
  FileStructureException,
  isTVBException,
  MissingDataSetException,
} from "@tvb-storage/errors";
import type { LongOptions } from "@tvb-storage/files";
import { systemCause } from "@tvb-storage/files/internal";
import { checkStringLength, checkType } from "./check-supported.js";
import { fitToAppend } from "./existing-dataset.js";
import type { NormalizedInput } from "./ndarray.js";
import type { NDArray } from "./ndarray-type.js";
import { checkNewName, pathParts, presentAmong } from "./node-path.js";
import type { OpenTransaction } from "./open-transaction.js";
import { mayGrowTo, resolveAxis, shapeText } from "./shape.js";
import type { NodeInfo } from "./storage-manager.js";
import type {
  Awaitable,
  NewLayout,
  StorageTransaction,
  StoredDataset,
  StoredNode,
} from "./storage-transaction.js";

// The tree of nodes in a transaction: what is found, made and refused there.

/** What the message about a missing node adds: what is there instead. */
export async function presentNear(transaction: StorageTransaction, path: string): Promise<string> {
  return presentAmong(path, ["/", ...(await transaction.list("/"))]);
}

/** @throws MissingDataSetException nothing is at `path`. */
export async function nodeAt(transaction: StorageTransaction, path: string): Promise<StoredNode> {
  const node = await transaction.node(path);
  if (node !== undefined) return node;
  throw new MissingDataSetException(`there is no node ${path}${await presentNear(transaction, path)}`);
}

/**
 * @throws MissingDataSetException nothing is at `path`.
 * @throws FileStructureException a group is.
 * @throws FileStorageException a dataset is that cannot be read.
 */
export async function datasetAt(transaction: StorageTransaction, path: string): Promise<StoredDataset> {
  const node = await nodeAt(transaction, path);
  refuseUnreadable(path, node);
  const { dataset } = node;
  if (dataset === undefined) throw new FileStructureException(`${path} is a group, not a dataset`);
  return dataset;
}

/** Whether a node is a group, and may have others in it. */
export function isGroup({ dataset, unreadable }: StoredNode): boolean {
  return dataset === undefined && unreadable === undefined;
}

function refuseUnreadable(path: string, { unreadable }: StoredNode): void {
  if (unreadable !== undefined) throw new FileStorageException(`${path} cannot be read: ${unreadable}`);
}

/**
 * @throws FileStructureException a group has that path.
 * @throws FileStorageException a dataset has it that cannot be read.
 */
export async function findDataset(
  transaction: StorageTransaction,
  path: string,
): Promise<StoredDataset | undefined> {
  const node = await transaction.node(path);
  if (node !== undefined) refuseUnreadable(path, node);
  if (node !== undefined && node.dataset === undefined)
    throw new FileStructureException(`${path} is a group; remove it before a dataset takes its name`);
  return node?.dataset;
}

/** Makes a dataset, and the groups that it is in; throws as `checkNewDataset`. */
export function createDataset(
  open: OpenTransaction,
  path: string,
  array: NDArray,
  layout: NewLayout,
  call?: LongOptions,
): Promise<void> {
  return createDatasetWith(open, path, array, layout, (transaction) =>
    transaction.createDataset(path, array, layout, call),
  );
}

/** The same for a dataset that `create` makes, once the groups are there. */
export async function createDatasetWith(
  open: OpenTransaction,
  path: string,
  dataset: Pick<StoredDataset, "dtype" | "shape">,
  layout: NewLayout,
  create: (transaction: StorageTransaction) => Awaitable<void>,
): Promise<void> {
  const parents = await checkNewDataset(open, path, dataset, layout);
  await open.change(async (transaction) => {
    for (const parent of parents) await transaction.createGroup(parent);
    await create(transaction);
  });
}

/**
 * Checks a dataset that is to be made. Gives the groups that are to be made before it.
 *
 * @throws FileStructureException a parent is a dataset, a new name is `..`, or `chunks` do not fit the shape.
 * @throws FileStorageException a type that the backend does not store.
 */
export async function checkNewDataset(
  open: OpenTransaction,
  path: string,
  { dtype, shape }: Pick<StoredDataset, "dtype" | "shape">,
  { chunks }: NewLayout,
): Promise<string[]> {
  pathParts(path).forEach(checkNewName);
  checkType(open, dtype);
  if (chunks !== undefined && chunks.length !== shape.length)
    throw new FileStructureException(
      `chunks of ${chunks.length} axes do not fit a dataset of shape ${shapeText(shape)}`,
    );
  return missingGroups(open, path, path);
}

/**
 * Makes a group, and those that it is in; does nothing where it is there.
 *
 * @throws FileStructureException a dataset has its name, or that of one above it, or a new name is `..`.
 */
export async function createGroup(open: OpenTransaction, path: string): Promise<void> {
  const missing = await missingGroups(open, path, `${path}/`);
  for (const group of missing) pathParts(group).forEach(checkNewName);
  await open.change(async (transaction) => {
    for (const group of missing) await transaction.createGroup(group);
  });
}

/** The groups that `within` names, up to its last `/`, and that are not there, from the outermost on. */
async function missingGroups(open: OpenTransaction, path: string, within: string): Promise<string[]> {
  const missing: string[] = [];
  for (let end = within.indexOf("/", 1); end > 0; end = within.indexOf("/", end + 1)) {
    const parent = within.slice(0, end);
    const node = await open.transaction.node(parent);
    if (node !== undefined && !isGroup(node))
      throw new FileStructureException(`${path} cannot be created: ${parent} is a dataset, not a group`);
    if (node === undefined) missing.push(parent);
  }
  return missing;
}

/**
 * Adds rows, which nobody else uses the memory of, to a dataset or to the rows that wait to be written to it; makes the
 * dataset where it is missing. All that can be refused is refused before anything changes.
 */
export async function appendRows(
  open: OpenTransaction,
  path: string,
  input: NormalizedInput,
  growDimension: number,
  layout: NewLayout,
): Promise<void> {
  let dataset = open.appendedTo(path, growDimension);
  if (dataset === undefined) {
    await open.flush(path);
    dataset = await findDataset(open.transaction, path);
  }
  if (dataset === undefined) {
    const growAxis = resolveAxis(growDimension, input.array.shape.length);
    return createDataset(open, path, input.array, { ...layout, growAxis });
  }
  const { rows, axis } = fitToAppend(dataset, input, growDimension);
  checkStringLength(rows, dataset.stringLength);
  await open.append(path, dataset, rows, axis);
}

/** @throws FileStorageException it is not the dataset any more that a stream began with. */
export function checkUnchanged(before: StoredDataset, now: StoredDataset | undefined): void {
  const change = changeOf(before, now);
  if (change !== undefined)
    throw new FileStorageException(
      `the dataset of shape ${shapeText(before.shape)} changed while it was streamed: ${change}; begin again`,
    );
}

function changeOf(before: StoredDataset, now: StoredDataset | undefined): string | undefined {
  if (now === undefined) return "it is gone";
  if (now.dtype !== before.dtype) return `it holds ${now.dtype}, not ${before.dtype}`;
  if (!mayGrowTo(before.shape, now.shape)) return `its shape is ${shapeText(now.shape)}`;
  return now.id === before.id ? undefined : "another was stored in its place";
}

/** A node as `listNodes` describes it; one that cannot be read does not keep the others from being listed. */
export async function describeNode(transaction: StorageTransaction, path: string): Promise<NodeInfo> {
  let node: StoredNode;
  try {
    node = await nodeAt(transaction, path);
  } catch (error) {
    // An error of the disk says nothing of the node.
    if (!isTVBException(error, "FILE_STORAGE") || systemCause(error) !== undefined) throw error;
    return { path, kind: "unreadable", reason: error.message };
  }
  if (node.unreadable !== undefined) return { path, kind: "unreadable", reason: node.unreadable };
  if (node.dataset === undefined) return { path, kind: "group" };
  const {
    dtype,
    shape,
    maxShape,
    chunks,
    defaultChunks = false,
    defaultMaxShape = false,
    filters = [],
    dimensionNames,
    storedBytes,
    stringLength,
    compression,
  } = node.dataset;
  // Copies: the caller may change what it gets.
  return {
    path,
    kind: "dataset",
    dtype,
    shape: [...shape],
    maxShape: [...maxShape],
    chunks: chunks ? [...chunks] : null,
    ...(defaultChunks ? { defaultChunks } : {}),
    ...(defaultMaxShape ? { defaultMaxShape } : {}),
    filters: [...filters],
    ...(dimensionNames === undefined ? {} : { dimensionNames: [...dimensionNames] }),
    ...(storedBytes === undefined ? {} : { storedBytes }),
    ...(stringLength === undefined ? {} : { stringLength }),
    ...(compression === undefined ? {} : { compression }),
  };
}
