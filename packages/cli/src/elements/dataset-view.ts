import {
  elementCount,
  itemSize,
  type NDArray,
  type ResolvedSelection,
  resolveSelection,
  type Selection,
  type StorageManager,
  slice,
} from "@tvb-storage/core";
import type { ElementStream } from "@tvb-storage/core/internal";
import { nameInError, type Progress, reportProgress } from "@tvb-storage/files";
import { parseSelection } from "./parse-selection.js";

/** What a command line says of the elements that it is about. */
export interface ViewOptions {
  /** numpy's basic indexing as text. */
  readonly select?: string | undefined;
  /** A field of a compound type. */
  readonly field?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is selected of a dataset: its type and shape are known, its elements are read when they are asked for. */
export interface DatasetView extends ElementStream {
  /** Where the selection begins, and its step, for each axis of `shape`; `axis` is the dataset's. */
  readonly axes: readonly ViewAxis[];
  /** The part at `offset` in the selection; as many axes as `shape`. */
  read(offset: readonly number[], counts: readonly number[]): Promise<NDArray>;
  /** The same, whose blocks are reported as they are read. */
  watched(onProgress: Progress): DatasetView;
}

export interface ViewAxis {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
}

/**
 * Looks up a dataset, and reads none of its elements, but a scalar.
 *
 * @throws UsageError a selection that is none.
 * @throws FileStorageException a selection out of range; a type that cannot be read; a compound without a field.
 */
export async function openDataset(
  manager: StorageManager,
  name: string,
  { select, field, signal }: ViewOptions = {},
): Promise<DatasetView> {
  const whole = await manager.getDataShape(name);
  const selection = parseSelection(select ?? "", whole.length);
  const resolved = resolvedIn(manager, name, selection, whole);
  const given = {
    ...(field === undefined ? {} : { field }),
    ...(signal === undefined ? {} : { signal }),
  };
  const read = (ranges: Selection): Promise<NDArray> =>
    manager.getData(name, { ...given, selection: ranges, closeFile: false });
  // Of no elements: what the type is read as.
  const { dtype } = await read(whole.length === 0 ? [] : [slice(0, 0)]);
  const axes = resolved.ranges.flatMap(({ start, step }, axis) =>
    typeof selection[axis] === "number" ? [] : [{ axis, start, step }],
  );
  const view: DatasetView = {
    dtype,
    shape: resolved.shape,
    axes,
    read(offset, counts) {
      const ranges: (number | ReturnType<typeof slice>)[] = resolved.ranges.map(({ start }) => start);
      axes.forEach(({ axis, start, step }, at) => {
        const first = start + (offset[at] ?? 0) * step;
        ranges[axis] = slice(first, first + (counts[at] ?? 0) * step, step);
      });
      return read(ranges);
    },
    async *blocks() {
      for await (const { block } of manager.streamData(name, { ...given, selection })) yield block;
    },
    watched: (onProgress) => ({
      ...view,
      async *blocks() {
        const total = elementCount(view.shape) * itemSize(dtype);
        let done = 0;
        for await (const block of view.blocks()) {
          yield block;
          done += elementCount(block.shape) * itemSize(dtype);
          reportProgress(onProgress, done, total);
        }
      },
    }),
  };
  return view;
}

function resolvedIn(
  manager: StorageManager,
  name: string,
  selection: Selection,
  shape: readonly number[],
): ResolvedSelection {
  try {
    return resolveSelection(selection, shape);
  } catch (error) {
    throw nameInError(error, manager.path, name);
  }
}
