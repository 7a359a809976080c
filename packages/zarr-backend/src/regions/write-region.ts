import {
  elementCount,
  itemSize,
  type LongOptions,
  type NDArray,
  type NormalizedInput,
  type StoredDataset,
} from "@tvb-storage/core";
import { checkStringLength, fitToOverwrite } from "@tvb-storage/core/internal";
import { FileStorageException } from "@tvb-storage/errors";
import { reportProgress, throwIfAborted } from "@tvb-storage/files";
import type { ChunkSource } from "../chunks/read-elements.js";
import { type ChunkTarget, writeElements } from "../chunks/write-elements.js";
import { readOnlyReason } from "../hierarchy/dataset.js";
import type { ZarrNode } from "../hierarchy/hierarchy.js";
import { formatJson } from "../json/exact-json.js";
import { checkRegion } from "./check-region.js";

// Writers of regions keep no lock: each puts whole chunks that no other one writes.

/**
 * The data of a region, in the type of the array.
 *
 * @throws FileStorageException edges that other writers need the chunks of, or an array that takes no regions.
 * @throws IncompatibleFileManagerException a region beyond the shape, or values that do not fit the type.
 */
export function fitRegion(
  { layout, node: { record } }: ChunkSource & { readonly node: ZarrNode },
  dataset: StoredDataset,
  input: NormalizedInput,
  offset: readonly number[],
): NDArray {
  const reason = readOnlyReason(layout);
  if (reason !== undefined) throw new FileStorageException(reason);
  // Arrays of other programs have no commits.
  if (record !== undefined && record.incomplete !== true)
    throw new FileStorageException(
      "it is complete, and its readers rely on commits; overwrite it with storeData, or make another one with createArray",
    );
  const { shape } = input.array;
  checkRegion(layout, { offset, shape });
  const array = fitToOverwrite({ dtype: dataset.dtype, shape, maxShape: shape }, input);
  checkStringLength(array, dataset.stringLength);
  return array;
}

/** Puts the chunks of a region that fits; what is there is not looked at. */
export async function putRegion(
  target: ChunkTarget,
  array: NDArray,
  offset: readonly number[],
  { signal, onProgress }: LongOptions,
): Promise<void> {
  const before = array.shape.map(() => 0);
  const call = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  if (elementCount(array.shape) > 0) await writeElements(target, array, offset, before, call);
  throwIfAborted(signal, `writing a region of ${target.prefix} of ${target.store.label}`);
  const bytes = elementCount(array.shape) * itemSize(array.dtype);
  reportProgress(onProgress, bytes, bytes);
}

/** @throws FileStorageException it is not the array any more that a writer of a region began with. */
export function checkSameArray(before: ZarrNode, now: ZarrNode | undefined): void {
  const change = changeOf(before, now);
  if (change !== undefined) throw new FileStorageException(`${change} while a region of it was written`);
}

function changeOf(before: ZarrNode, now: ZarrNode | undefined): string | undefined {
  if (now === undefined) return "it was removed (chunks that sweep() removes may be left)";
  const isSame = now.record?.id === before.record?.id;
  if (isSame && before.record?.incomplete === true && now.record?.incomplete !== true)
    return "it was marked complete (by completeArray, which is to wait for all writers)";
  if (isSame && formatJson(now.array?.json ?? null) === formatJson(before.array?.json ?? null))
    return undefined;
  return "another one took its place, or it grew (it may have chunks of this region; store it again)";
}
