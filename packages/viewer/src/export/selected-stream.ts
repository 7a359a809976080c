import {
  elementCount,
  itemSize,
  type NDArray,
  type NodeInfo,
  type ResolvedSelection,
  regions,
  resolveSelection,
  type Selection,
  slice,
} from "@tvb-storage/core/arrays";
import type { ElementStream } from "@tvb-storage/core/internal";
import type { SelectedData } from "./selected-data.js";

/** As CSV, so many numbers take a fraction of a second, for which the page waits. */
const BLOCK_BYTES = 2 ** 20;
/** Blocks get larger than `BLOCK_BYTES` where each would else decode the same chunks again. */
const MAX_BLOCK_BYTES = 16 * 2 ** 20;

/**
 * What is selected of a dataset, read in blocks when they are asked for; nothing but a scalar is read before.
 *
 * @throws FileStorageException a type that cannot be read, a compound without a field, a selection that does not fit.
 */
export async function selectedStream(
  { data, path, selection, field }: SelectedData,
  node: NodeInfo,
  signal?: AbortSignal,
): Promise<ElementStream> {
  const given = { ...(field === undefined ? {} : { field }), ...(signal === undefined ? {} : { signal }) };
  const read = (part: Selection): Promise<NDArray> => data.read(path, { ...given, selection: part });
  const own = node.shape ?? [];
  // Of no rows: what the type is read as, and the axes that a field has.
  const probe = await read(own.length === 0 ? [] : [slice(0, 0)]);
  const whole = own.length === 0 ? probe.shape : [own[0] ?? 0, ...probe.shape.slice(1)];
  const resolved = resolveSelection(selection, whole);
  const { dtype } = probe;
  return {
    dtype,
    shape: resolved.shape,
    async *blocks() {
      const rowBytes = elementCount(resolved.shape.slice(1)) * itemSize(dtype);
      const rows = node.chunks?.[0] ?? 1;
      const bytes = Math.min(MAX_BLOCK_BYTES, Math.max(BLOCK_BYTES, rows * rowBytes));
      for (const { offset, shape } of regions(resolved.shape, bytes / itemSize(dtype), rows))
        yield await read(partOf(resolved, selection, offset, shape));
    },
  };
}

/** A region of what is selected, as a selection of the dataset. */
function partOf(
  { ranges }: ResolvedSelection,
  selection: Selection | undefined,
  offset: readonly number[],
  shape: readonly number[],
): Selection {
  let axis = 0;
  return ranges.map(({ start, step }, at) => {
    if (typeof selection?.[at] === "number") return start;
    const first = start + (offset[axis] ?? 0) * step;
    const count = shape[axis] ?? 1;
    axis++;
    return slice(first, first + (count - 1) * step + 1, step);
  });
}
