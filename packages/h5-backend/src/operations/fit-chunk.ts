import { growingLevels } from "@tvb-storage/core/internal";
import { growChunk, setFillTime } from "@tvb-storage/hdf5/internal";
import type { DatasetInfo } from "../session/dataset-info.js";
import type { H5Handle } from "../session/h5-handle.js";

/**
 * Gives a dataset that grows chunks of the size that it needs now. One of a few
 * rows has a small chunk: a whole one of 1 MiB would make its file that large.
 * When it outgrows it, the chunk is made longer in the same commit, a few times
 * until it is of full size. Where `chunks` were given they stay.
 *
 * That this package chose the chunks is recorded in the file, in a form that no reader notices: the
 * fill value of such a dataset, which is zero, is written when space is allocated, and not only
 * where it was set.
 *
 * @returns Whether its chunks are others now.
 * @param end Steps of the dataset along the axis after the write that follows.
 * @param isNew It was made in this session without `chunks`, and has no elements yet.
 */
export function fitChunk(
  handle: H5Handle,
  dataset: DatasetInfo,
  axis: number,
  end: number,
  isNew: boolean,
): boolean {
  const { chunks, filtered, shape, type } = dataset;
  if (chunks === undefined || filtered) return false;
  const now = chunks[axis] ?? 0;
  if (!isNew && end <= now) return false;
  const levels = growingLevels({ shape, growAxis: axis, itemBytes: type.size, filtered });
  const full = levels.at(-1);
  if (full === undefined || (!isNew && (now >= full || !levels.includes(now)))) return false;
  const wanted = levels.find((length) => length >= end) ?? full;
  if (wanted === now || (!isNew && !isOursToChange(handle, dataset))) return false;
  const changed = handle.edit((file) => {
    if (!growChunk(file, dataset.address, axis, wanted)) return false;
    setFillTime(file, dataset.address, wanted === full ? "if set" : "allocation");
    return true;
  });
  if (changed) handle.update(dataset, { chunks: chunks.map((length, i) => (i === axis ? wanted : length)) });
  return changed;
}

function isOursToChange(handle: H5Handle, { address }: DatasetInfo): boolean {
  const object = handle.structure.object(address);
  if (object.kind !== "dataset") return false;
  return object.fillValue.kind === "default" && object.fillValue.writeTime === "allocation";
}
