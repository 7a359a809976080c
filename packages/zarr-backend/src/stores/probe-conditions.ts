import type { ObjectStore } from "./object-store.js";
import { StoreConflict } from "./store-conflict.js";

/** Which conditions a store looks at. Some take no notice of what they do not know, and do what was asked for. */
export interface Conditions {
  readonly ifAbsent: boolean;
  readonly ifVersion: boolean;
  readonly ofDelete: boolean;
}

/** No object of the store has it. */
const OTHER_VERSION = `"${"0".repeat(32)}"`;

/** What the key of such an object begins with. One that is left over can be removed: the next one to ask makes another. */
export const PROBE = ".tvb/probe-";

/**
 * Tries them on an object of its own, which it removes; with another one where something is amiss, for an answer may have
 * been lost, or a sweep may have removed the object.
 */
export async function probeConditions(store: ObjectStore, prefix: string): Promise<Conditions> {
  const first = await tryConditions(store, prefix).catch(() => undefined);
  return first?.ifAbsent === true && first.ifVersion ? first : tryConditions(store, prefix);
}

async function tryConditions(store: ObjectStore, prefix: string): Promise<Conditions> {
  const key = `${prefix}${PROBE}${crypto.randomUUID()}`;
  const content = (text: string): Uint8Array => new TextEncoder().encode(text);
  await store.put(key, content("first"));
  try {
    const [second, ifVersion] = await Promise.all([
      store.putIfAbsent(key, content("second")),
      isRefused(store.put(key, content("third"), { ifVersion: OTHER_VERSION })),
    ]);
    const ofDelete = await isRefused(store.delete(key, { ifVersion: OTHER_VERSION }));
    return { ifAbsent: second === undefined, ifVersion, ofDelete };
  } finally {
    await store.delete(key);
  }
}

async function isRefused(change: Promise<unknown>): Promise<boolean> {
  try {
    await change;
    return false;
  } catch (error) {
    if (error instanceof StoreConflict) return true;
    throw error;
  }
}
