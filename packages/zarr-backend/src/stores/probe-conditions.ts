import type { ObjectStore } from "./object-store.js";
import { StoreConflict, UnknownOutcome } from "./store-conflict.js";

// Which conditions a store looks at. Some take no notice of what they do not know, and do what was asked for. They are tried
// on an object that is there, which is another one or gone afterwards where they are not looked at.

/** No object of the store has it. */
const OTHER_VERSION = `"${"0".repeat(32)}"`;

export async function looksAtPuts(
  store: ObjectStore,
  key: string,
): Promise<{ readonly ifAbsent: boolean; readonly ifVersion: boolean }> {
  const content = (text: string): Uint8Array => new TextEncoder().encode(text);
  const [second, ifVersion] = await Promise.all([
    store.putIfAbsent(key, content("second")),
    isRefused(store.put(key, content("third"), { ifVersion: OTHER_VERSION })),
  ]);
  return { ifAbsent: second === undefined, ifVersion };
}

export function looksAtDelete(store: ObjectStore, key: string): Promise<boolean> {
  return isRefused(store.delete(key, { ifVersion: OTHER_VERSION }));
}

async function isRefused(change: Promise<unknown>): Promise<boolean> {
  try {
    await change;
    return false;
  } catch (error) {
    // A store that takes no notice never says that a condition does not hold.
    if (error instanceof StoreConflict || error instanceof UnknownOutcome) return true;
    throw error;
  }
}
