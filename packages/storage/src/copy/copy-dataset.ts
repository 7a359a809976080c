import {
  type BackendCapabilities,
  type DataBlock,
  type DataType,
  elementCount,
  isDataType,
  itemSize,
  type LayoutOptions,
  type NDArray,
  type NodeInfo,
  type Selection,
  type StorageManager,
  slice,
} from "@tvb-storage/core";
import { concatenate } from "@tvb-storage/core/internal";
import { FileStorageException, isTVBException } from "@tvb-storage/errors";
import { hasEscapedBytes } from "@tvb-storage/files";
import { type LongCall, systemCause } from "@tvb-storage/files/internal";

const BLOCK_BYTES = 4 * 1024 * 1024;

interface Copying {
  readonly call: LongCall;
  /** Takes what the copy does not have as the original has it. */
  readonly problem: (text: string) => void;
}

/** A dataset of a type that is read. */
interface ReadableNode extends NodeInfo {
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

/**
 * Copies the values of a dataset, with the layout that the target has for it.
 *
 * @returns false where the target cannot hold it; the reason is reported.
 */
export async function copyDataset(
  source: StorageManager,
  target: StorageManager & { readonly supports: BackendCapabilities },
  node: NodeInfo,
  path: string,
  { call, problem }: Copying,
): Promise<boolean> {
  const { supports } = target;
  const { dtype } = node;
  if (!isReadable(node)) {
    problem(`its type ${dtype ?? "(unknown)"} cannot be represented, and it is not copied`);
    return false;
  }
  if (!supports.dtypes.includes(node.dtype)) {
    problem(`the target does not store ${node.dtype}, and it is not copied`);
    return false;
  }
  if (node.dtype === "string" && supports.escapedBytes !== true && (await hasEscapes(source, node, call))) {
    problem("it has bytes that are not UTF-8, which the target cannot store, and it is not copied");
    return false;
  }
  if (node.storedType !== undefined)
    problem(`it is stored as ${node.storedType}, and copied as ${node.dtype}`);
  if (node.dimensionNames !== undefined)
    problem(`the names of its axes (${node.dimensionNames.join(", ")}) are not kept`);
  const layout = layoutFor(node, supports, problem);
  const growAxis = growAxisFor(node, supports, problem);
  const reading = new Reading();
  if ((await shapeAt(target, path)) !== undefined) throw new SharedTarget(target.path, path);
  try {
    if (node.shape.length === 0 || (growAxis === undefined && elementCount(node.shape) === 0)) {
      // It has no blocks.
      for await (const value of reading.of(wholeOf(source, node)))
        await target.storeData(value, path, layout);
      call.advance(elementCount(node.shape) * itemSize(node.dtype));
    } else if (growAxis === undefined) {
      const blocks = rowsOf(
        reading.of(source.streamData(node.path, { blockBytes: BLOCK_BYTES })),
        node,
        call,
      );
      await target.storeData({ dtype: node.dtype, shape: node.shape, blocks }, path, layout);
    } else {
      let length = 0;
      for await (const block of reading.of(slicesAlong(source, node, growAxis))) {
        await call.pause();
        await target.appendData(block, path, { ...layout, growDimension: growAxis, closeFile: false });
        length += block.shape[growAxis] ?? 0;
        call.advance(elementCount(block.shape) * itemSize(node.dtype));
      }
      await target.closeFile();
      if ((await shapeAt(target, path))?.[growAxis] !== length) throw new SharedTarget(target.path, path);
    }
    return true;
  } catch (error) {
    const { unreadable } = reading;
    if (unreadable === undefined) throw error;
    if (growAxis !== undefined) await removeStarted(target, path);
    problem(`it cannot be read, and is not copied: ${unreadable}`);
    return false;
  }
}

/** Another process writes what is copied to, so that not all of it is this copy's. */
export class SharedTarget extends FileStorageException {
  constructor(file: string, path: string) {
    super(
      `${file}, ${path}: another process writes it while it is copied to, and what both wrote is left; remove it, and copy again`,
    );
  }
}

/** The shape of a dataset; undefined where there is none. */
async function shapeAt(target: StorageManager, path: string): Promise<readonly number[] | undefined> {
  try {
    return await target.getDataShape(path);
  } catch (error) {
    if (isTVBException(error, "MISSING_DATASET") || !(await target.isValidTvbFile())) return undefined;
    throw error;
  }
}

/** Distinguishes what cannot be read from what cannot be written. */
class Reading {
  /** Why the source's data cannot be read; errors of the disk are none. */
  unreadable: string | undefined;

  async *of<T>(parts: AsyncIterable<T>): AsyncGenerator<T> {
    const reader = parts[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.#next(reader);
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await reader.return?.();
    }
  }

  async #next<T>(reader: AsyncIterator<T>): Promise<IteratorResult<T>> {
    try {
      return await reader.next();
    } catch (error) {
      if (isTVBException(error, "FILE_STORAGE") && systemCause(error) === undefined)
        this.unreadable = error.message;
      throw error;
    }
  }
}

async function* wholeOf(source: StorageManager, { path }: NodeInfo): AsyncGenerator<NDArray> {
  yield plain(await source.getData(path));
}

/** What was appended before the source could not be read further. */
async function removeStarted(target: StorageManager, path: string): Promise<void> {
  await target.closeFile();
  try {
    await target.removeData(path);
  } catch (error) {
    if (!isTVBException(error, "FILE_STRUCTURE")) throw error; // else nothing was appended
  }
}

function isReadable(node: NodeInfo): node is ReadableNode {
  return isDataType(node.dtype) && node.shape !== undefined;
}

async function hasEscapes(source: StorageManager, node: ReadableNode, call: LongCall): Promise<boolean> {
  for await (const { block } of source.streamData(node.path, { blockBytes: BLOCK_BYTES })) {
    call.check();
    if (Array.isArray(block.data) && block.data.some(hasEscapedBytes)) return true;
  }
  return false;
}

/** The array without the names of an enumeration's values. */
function plain(array: NDArray): NDArray {
  const { enumMembers: _, ...rest } = array;
  return rest;
}

function layoutFor(
  {
    dtype,
    shape,
    chunks,
    defaultChunks,
    defaultMaxShape,
    filters = [],
    compression,
    stringLength,
  }: ReadableNode,
  supports: BackendCapabilities,
  problem: Copying["problem"],
): LayoutOptions {
  const layout: LayoutOptions = stringLength === undefined ? {} : { stringLength };
  const isScalar = shape.length === 0;
  // Axes of an array type are behind those that the chunks count.
  if (chunks && chunks.length !== shape.length)
    problem(`its chunks of shape ${chunks.join(" x ")} are not kept`);
  else if (chunks && defaultChunks !== true && !isScalar) {
    if (defaultMaxShape !== true) layout.chunks = chunks;
    // Those of a shape that is fixed in the copy may not be longer than it.
    else if (!shape.includes(0))
      layout.chunks = chunks.map((length, axis) => Math.min(length, shape[axis] ?? 1));
  }
  const isVariableText = dtype === "string" && stringLength === undefined;
  const lost = new Set(filters);
  if (compression !== undefined && supports.compression.includes("gzip") && !isVariableText && !isScalar) {
    const level = compression === "gzip" ? 4 : compression.gzip;
    const wants = compression !== "gzip" && compression.shuffle === true;
    const shuffle = wants && supports.compression.includes("shuffle");
    layout.compression = { gzip: level, ...(shuffle ? { shuffle } : {}) };
    lost.delete("gzip");
    if (shuffle || !wants) lost.delete("shuffle");
  }
  if (lost.size > 0) problem(`it is stored without ${[...lost].join(", ")}`);
  return layout;
}

/** The axis along which the copy grows; undefined where its shape is fixed. */
function growAxisFor(
  { shape, maxShape = shape, defaultMaxShape }: ReadableNode,
  { growableAxes }: BackendCapabilities,
  problem: Copying["problem"],
): number | undefined {
  if (defaultMaxShape === true) return undefined;
  const growing = maxShape.flatMap((limit, axis) => (limit === null ? [axis] : []));
  const isLimited = maxShape.some((limit, axis) => limit !== null && limit !== shape[axis]);
  const axis = growing.find(
    (each) =>
      (growableAxes === "any" || (growableAxes === "first" && each === 0)) &&
      elementCount(shape.filter((_, other) => other !== each)) > 0,
  );
  if (isLimited || growing.length > (axis === undefined ? 0 : 1)) {
    const limits = maxShape.map((limit) => (limit === null ? "unlimited" : String(limit))).join(" x ");
    const kept = axis === undefined ? "its copy does not grow" : `its copy grows along axis ${axis} only`;
    problem(`it may grow to ${limits}, and ${kept}`);
  }
  return axis;
}

/** Blocks of whole rows, put together from those that are parts of a row. */
async function* rowsOf(
  blocks: AsyncIterable<DataBlock>,
  { dtype, shape }: ReadableNode,
  call: LongCall,
): AsyncGenerator<NDArray> {
  const rest = shape.slice(1);
  const perRow = elementCount(rest);
  let parts: NDArray[] = [];
  let held = 0;
  for await (const { block } of blocks) {
    call.check();
    const count = elementCount(block.shape);
    parts.push(plain(block));
    held += count;
    if (held % perRow === 0) {
      yield joined(parts, [held / perRow, ...rest]);
      parts = [];
      held = 0;
    }
    call.advance(count * itemSize(dtype));
  }
}

/** Parts that follow each other in C order, as one array. */
function joined(parts: readonly NDArray[], shape: readonly number[]): NDArray {
  const flat = parts.map((part) => ({ ...part, shape: [elementCount(part.shape)] }) as NDArray); // the same elements
  return { ...concatenate(flat, 0), shape } as NDArray; // as above
}

/** The dataset in pieces along an axis; a piece of no length where that has none. */
async function* slicesAlong(
  source: StorageManager,
  { path, dtype, shape, chunks }: ReadableNode,
  axis: number,
): AsyncGenerator<NDArray> {
  const length = shape[axis] ?? 0;
  const stepBytes = elementCount(shape.filter((_, other) => other !== axis)) * itemSize(dtype);
  const chunk = chunks?.[axis] ?? 1;
  const fitting = Math.max(1, Math.floor(BLOCK_BYTES / stepBytes));
  // Whole chunks, so that each is read and written once, where they are not far too large.
  const step = chunk <= 16 * fitting ? Math.max(1, Math.floor(fitting / chunk)) * chunk : fitting;
  for (let start = 0; start < Math.max(1, length); start += step) {
    const selection: Selection = shape.map((_, each) =>
      each === axis ? slice(start, Math.min(length, start + step)) : null,
    );
    yield plain(await source.getData(path, { selection, closeFile: false }));
  }
  await source.closeFile();
}
