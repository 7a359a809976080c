import { gridShape } from "../chunks/chunk-grid.js";
import { inParallel } from "../chunks/in-parallel.js";
import { type ArrayLayout, chunkOfKey } from "../metadata/array-layout.js";
import type { ListedObject } from "../stores/object-store.js";
import type { WriteAccess } from "./write-access.js";

/** Keys beneath an array that are chunks of some layout; what else is there may be another program's. */
const CHUNK = /^c$|^(c[./])?\d+([./]\d+)*$/;

/**
 * What a key beneath an array is, relative to it: a chunk that is part of the array, a stray one (beyond its shape, or of another
 * array that had its path), or no chunk.
 */
export function kindOfChunk(own: string, array: ArrayLayout | undefined): "part" | "stray" | undefined {
  if (!CHUNK.test(own)) return undefined;
  const grid = array && gridShape(array.shape, array.chunks);
  const chunk = array && chunkOfKey(array, own);
  return chunk?.every((index, axis) => index < (grid?.[axis] ?? 0)) === true ? "part" : "stray";
}

/** Of what is beneath an array, the chunks that are no part of it: beyond its shape, or of another one that had its path. */
export function straysOf(
  listed: readonly ListedObject[],
  prefix: string,
  array: ArrayLayout | undefined,
): ListedObject[] {
  return listed.filter(({ key }) => kindOfChunk(key.slice(prefix.length), array) === "stray");
}

/** Removes chunks beneath a prefix that are no part of an array. */
export async function removeStrays(
  access: WriteAccess,
  prefix: string,
  array: ArrayLayout | undefined,
): Promise<void> {
  await deleteListed(access, straysOf(await access.store.list(prefix), prefix, array));
}

/** Deletes objects that were listed, where they are still the same. */
export async function deleteListed(access: WriteAccess, listed: readonly ListedObject[]): Promise<void> {
  if (listed.length === 0) return;
  await access.confirm();
  await inParallel(listed, ({ key, version }) => access.store.delete(key, { ifVersion: version }));
}
