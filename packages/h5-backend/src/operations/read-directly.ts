import { FileStorageException } from "@tvb-storage/errors";
import { type DecodeTarget, decodeElements, isPlainCopy } from "../elements/decode.js";
import { hasVlen } from "../elements/memory-order.js";
import type { Hyperslab } from "../engine/h5-file.js";
import { contiguousRun } from "../session/contiguous-run.js";
import type { DatasetInfo } from "../session/dataset-info.js";
import type { FileView } from "../session/file-view.js";
import type { Readable } from "./read-data.js";

/**
 * Reads a slab without HDF5, from the file into the result, where its elements
 * follow each other in the file. False where they do not; nothing is read then.
 */
export function readDirectly(
  view: FileView,
  { dataset, stored, shown }: Readable,
  slab: Hyperslab | undefined,
  target: DecodeTarget,
): boolean {
  const { contiguousAt, type } = dataset;
  if (contiguousAt === undefined || hasVlen(type)) return false;
  const run = slab === undefined ? { first: 0, count: 1 } : contiguousRun(dataset.shape, slab);
  if (run === undefined) return false;
  const { data, entry } = target;
  const position = contiguousAt + run.first * type.size;
  const length = run.count * type.size;
  const whole = stored.type === type && !Array.isArray(data);
  if (whole && isPlainCopy(type, shown.dtype)) {
    const start = data.byteOffset + entry * data.BYTES_PER_ELEMENT;
    fill(view, dataset, new Uint8Array(data.buffer, start, length), position);
  } else {
    const bytes = new Uint8Array(length);
    fill(view, dataset, bytes, position);
    decodeElements(
      stored.type,
      { bytes, count: run.count, stride: type.size, offset: stored.offset },
      target,
    );
  }
  return true;
}

function fill(view: FileView, dataset: DatasetInfo, target: Uint8Array, position: number): void {
  const count = view.port.read(target, position);
  if (count === target.length) return;
  throw new FileStorageException(
    `${view.label}: ${dataset.path} is cut short: of ${target.length} bytes at ${position} only ${count} are in the file`,
  );
}
