import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { argumentMessage, errorMessage } from "@tvb-storage/files/internal";
import { type DataType, isDataType } from "./data-type.js";
import { normalizeInput } from "./ndarray.js";
import type { ArrayInput, NDArray } from "./ndarray-type.js";
import { checkShape, elementCount, sameShape, shapeText } from "./shape.js";
import type { BlockSource } from "./storage-manager.js";

/** A part of an array, at `offset`, with as many axes as the array. */
export interface Region {
  readonly offset: readonly number[];
  readonly shape: readonly number[];
}

/**
 * Cuts a shape into regions of at most `maxElements` (at least one), in C
 * order: along axis 0, and along further axes where one row is too large.
 * Each region is contiguous in C order, so regions follow each other in memory.
 *
 * @param rows Where a region can have as many rows, it has a multiple of them.
 */
export function* regions(shape: readonly number[], maxElements: number, rows = 1): Generator<Region> {
  if (elementCount(shape) === 0) return;
  const limit = Math.max(1, Math.floor(maxElements));
  // The first axis of which a region can take at least one whole step.
  let axis = 0;
  while (axis < shape.length && elementCount(shape.slice(axis + 1)) > limit) axis++;
  if (axis >= shape.length) axis = Math.max(0, shape.length - 1);
  const length = shape[axis] ?? 1;
  const most = Math.max(1, Math.min(length, Math.floor(limit / elementCount(shape.slice(axis + 1)))));
  const step = axis === 0 && rows < most && most < length ? most - (most % rows) : most;
  const outer = shape.slice(0, axis);
  const position = outer.map(() => 0);
  for (;;) {
    for (let start = 0; start < length; start += step) {
      const count = Math.min(step, length - start);
      if (shape.length === 0) yield { offset: [], shape: [] };
      else {
        yield {
          offset: [...position, start, ...shape.slice(axis + 1).map(() => 0)],
          shape: [...outer.map(() => 1), count, ...shape.slice(axis + 1)],
        };
      }
    }
    let carry = outer.length - 1;
    while (carry >= 0) {
      const next = (position[carry] ?? 0) + 1;
      if (next < (outer[carry] ?? 0)) {
        position[carry] = next;
        break;
      }
      position[carry] = 0;
      carry--;
    }
    if (carry < 0) return;
  }
}

/** Whether stored data comes in blocks. */
export function isBlockSource(data: unknown): data is BlockSource {
  return typeof data === "object" && data !== null && "blocks" in data && !ArrayBuffer.isView(data);
}

/** @throws FileStructureException a source whose shape or type cannot be stored in blocks, or a `dtype` that is not its type. */
export function checkBlockSource(source: BlockSource, dtype?: DataType): void {
  if (!isDataType(source.dtype)) {
    throw new FileStructureException(`there is no data type "${String(source.dtype)}"`);
  }
  if (dtype !== undefined && dtype !== source.dtype)
    throw new FileStructureException(
      `the block source says ${source.dtype}, the option dtype ${dtype}; give one of them`,
    );
  checkShape(source.shape);
  if (source.shape.length === 0)
    throw new FileStructureException("a scalar has no blocks; store it as a value");
  const { blocks } = source;
  if (
    typeof blocks !== "object" ||
    blocks === null ||
    !(Symbol.iterator in blocks || Symbol.asyncIterator in blocks)
  ) {
    throw new FileStructureException(
      argumentMessage("the blocks of a block source", "iterable", quoted(blocks)),
    );
  }
}

/** A block and the row of the dataset at which it starts. */
export interface PlacedBlock {
  readonly start: number;
  readonly block: NDArray;
}

/**
 * The blocks of a source, each checked, converted to the source's type, and with its first row.
 *
 * @throws FileStructureException blocks that do not agree with the source's shape or do not add up to it.
 */
export async function* placedBlocks(source: BlockSource): AsyncGenerator<PlacedBlock> {
  const [rows = 0, ...rest] = source.shape;
  let start = 0;
  for await (const input of source.blocks) {
    const block = convertBlock(input, source.dtype, start);
    if (!sameShape(block.shape.slice(1), rest) || block.shape.length === 0) {
      throw new FileStructureException(
        `the block at row ${start} has shape ${shapeText(block.shape)}, which is no block of ${shapeText(source.shape)}`,
      );
    }
    const count = block.shape[0] ?? 0;
    if (start + count > rows) {
      throw new FileStructureException(
        `the blocks hold more than the ${rows} rows of ${shapeText(source.shape)}`,
      );
    }
    if (count > 0) yield { start, block };
    start += count;
  }
  if (start !== rows) {
    throw new FileStructureException(
      `the blocks hold ${start} rows, not the ${rows} of ${shapeText(source.shape)}`,
    );
  }
}

function convertBlock(input: ArrayInput, dtype: DataType, start: number): NDArray {
  try {
    return normalizeInput(input, { dtype }).array;
  } catch (error) {
    throw new FileStructureException(`the block at row ${start}: ${errorMessage(error)}`, { cause: error });
  }
}
