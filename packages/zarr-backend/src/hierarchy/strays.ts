import { gridShape } from "../chunks/chunk-grid.js";
import { inParallel } from "../chunks/in-parallel.js";
import { type ArrayLayout, chunkOfKey } from "../metadata/array-layout.js";
import type { ListedObject } from "../stores/object-store.js";
import type { WriteAccess } from "./write-access.js";

/** Keys that a writer makes in the folder of an array; what else is there is somebody's. */
const CHUNK = /^c$|^(c[./])?\d+([./]\d+)*$/;

/** Of what is beneath an array, the chunks that are no part of it: beyond its shape, or of another one that had its path. */
export function straysOf(
  listed: readonly ListedObject[],
  prefix: string,
  array: ArrayLayout | undefined,
): ListedObject[] {
  const grid = array && gridShape(array.shape, array.chunks);
  return listed.filter(({ key }) => {
    const own = key.slice(prefix.length);
    if (!CHUNK.test(own)) return false;
    const chunk = array && chunkOfKey(array, own);
    return chunk === undefined || chunk.some((index, axis) => index >= (grid?.[axis] ?? 0));
  });
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
