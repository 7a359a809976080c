import { type Region, shapeText } from "@tvb-storage/core";
import { sameShape } from "@tvb-storage/core/internal";
import { FileStorageException } from "@tvb-storage/errors";
import { throwIfAborted } from "@tvb-storage/files";
import { gridShape } from "../chunks/chunk-grid.js";
import type { ChunkSource } from "../chunks/read-elements.js";
import { type ArrayLayout, chunkOfKey } from "../metadata/array-layout.js";

/** Chunks from one on, along each axis of the grid. */
interface Box {
  readonly start: readonly number[];
  readonly count: readonly number[];
}

/**
 * The regions of an array whose chunks (or shards) are not stored. Neighbours are one region where they fit together; none
 * overlaps another.
 *
 * @throws FileStorageException a store that cannot list its objects.
 */
export async function missingRegions(
  { store, prefix, layout }: ChunkSource,
  signal?: AbortSignal,
): Promise<Region[]> {
  if (store.list === undefined)
    throw new FileStorageException(`${store.label} cannot list its objects; ask where the array was written`);
  const what = `listing the chunks ${prefix} of ${store.label}`;
  throwIfAborted(signal, what);
  const keys = await store.list(prefix, { signal });
  throwIfAborted(signal, what);
  return regionsWithout(
    layout,
    keys.map(({ key }) => key.slice(prefix.length)),
  );
}

/** @throws FileStorageException some regions are missing. */
export function checkNoneMissing(missing: readonly Region[]): void {
  const [first] = missing;
  if (first === undefined) return;
  const others = missing.length === 1 ? "" : `, and ${missing.length - 1} more, which missingRegions lists`;
  throw new FileStorageException(
    `its region of shape ${shapeText(first.shape)} at ${shapeText(first.offset)} is not stored${others}; write it with writeRegion`,
  );
}

/** The regions of which no chunk is among `keys`, which are relative to the array. */
export function regionsWithout(layout: ArrayLayout, keys: Iterable<string>): Region[] {
  const { shape, chunks } = layout;
  const grid = gridShape(shape, chunks);
  const stored: number[][] = [];
  for (const key of keys) {
    const chunk = chunkOfKey(layout, key);
    if (chunk?.every((index, axis) => index < (grid[axis] ?? 0))) stored.push(chunk);
  }
  return missingBoxes(grid, 0, stored).map(({ start, count }) => {
    const offset = start.map((index, axis) => index * (chunks[axis] ?? 1));
    const lengths = count.map((length, axis) =>
      Math.min(length * (chunks[axis] ?? 1), (shape[axis] ?? 0) - (offset[axis] ?? 0)),
    );
    return { offset, shape: lengths };
  });
}

/** What of a grid is not among `stored`, by its axes from `axis` on. Takes as long as there is stored, however large the grid is. */
function missingBoxes(grid: readonly number[], axis: number, stored: readonly number[][]): Box[] {
  if (stored.length === 0) return wholeBox(grid.slice(axis));
  if (axis === grid.length) return [];
  const rows = new Map<number, number[][]>();
  for (const chunk of stored) {
    const row = chunk[axis] ?? 0;
    const others = rows.get(row);
    if (others === undefined) rows.set(row, [chunk]);
    else others.push(chunk);
  }
  const layers: { start: number; count: number; boxes: readonly Box[] }[] = [];
  const add = (start: number, count: number, boxes: readonly Box[]): void => {
    const last = layers.at(-1);
    if (last !== undefined && sameBoxes(last.boxes, boxes)) last.count += count;
    else layers.push({ start, count, boxes });
  };
  let next = 0;
  for (const row of [...rows.keys()].sort((a, b) => a - b)) {
    if (row > next) add(next, row - next, wholeBox(grid.slice(axis + 1)));
    add(row, 1, missingBoxes(grid, axis + 1, rows.get(row) ?? []));
    next = row + 1;
  }
  const length = grid[axis] ?? 0;
  if (next < length) add(next, length - next, wholeBox(grid.slice(axis + 1)));
  return layers.flatMap(({ start, count, boxes }) =>
    boxes.map((box) => ({ start: [start, ...box.start], count: [count, ...box.count] })),
  );
}

function wholeBox(count: readonly number[]): Box[] {
  return count.includes(0) ? [] : [{ start: count.map(() => 0), count }];
}

function sameBoxes(a: readonly Box[], b: readonly Box[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      ({ start, count }, i) => sameShape(start, b[i]?.start ?? []) && sameShape(count, b[i]?.count ?? []),
    )
  );
}
