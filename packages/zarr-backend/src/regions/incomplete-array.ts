import { FileStorageException } from "@tvb-storage/errors";
import type { ChunkSource } from "../chunks/read-elements.js";
import { readable } from "../hierarchy/dataset.js";
import type { ZarrNode } from "../hierarchy/hierarchy.js";
import { unwrittenFill, usualFill, withFill } from "../metadata/fill-value.js";
import { checkNoneMissing, missingRegions } from "./missing-regions.js";

/** A new array as one whose chunks writers of regions put. */
export function asIncomplete(node: ZarrNode): ZarrNode {
  const array = readable(node.array);
  const { record } = node;
  if (record === undefined) throw new TypeError("an array that is made here has a record");
  return {
    ...node,
    array: withFill(array, unwrittenFill(array.type)),
    record: { ...record, incomplete: true },
  };
}

/**
 * The same as an ordinary dataset; undefined where it is one.
 *
 * @throws FileStorageException chunks are missing, or it is an array of another program.
 */
export async function asComplete(
  node: ZarrNode,
  source: ChunkSource,
  signal?: AbortSignal,
): Promise<ZarrNode | undefined> {
  if (node.record === undefined)
    throw new FileStorageException("another program made it; its missing chunks are its fill value");
  const { incomplete, ...record } = node.record;
  if (incomplete !== true) return undefined;
  checkNoneMissing(await missingRegions(source, signal));
  const { layout } = source;
  return { ...node, array: withFill(layout, usualFill(layout.format, layout.type)), record };
}
