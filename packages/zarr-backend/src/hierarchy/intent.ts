import { formatDocument, type Json, parseDocument } from "../json/exact-json.js";
import type { ObjectStore } from "../stores/object-store.js";

// What a writer is about to change, put before its first change and removed after its last one. Where a writer finds one,
// the writer before it has died, and these nodes are brought to what the last commit says of them.

export const INTENT = ".tvb/intent.json";
/** Keys that only this package has; no node begins with `.tvb`. */
export const OURS: RegExp = /^\.tvb\/|^\.[^/]*\.tmp$/;
/** The name that no node may have. */
export const RESERVED = ".tvb";

/** A prefix for chunks that take the place of others, under which nothing is yet. */
export function newStagedPrefix(): string {
  return `.tvb/${crypto.randomUUID()}/`;
}

export function putIntent(store: ObjectStore, paths: Iterable<string>): Promise<unknown> {
  return store.put(INTENT, formatDocument({ paths: [...paths] }));
}

/** The paths that a writer before has not finished; undefined where all have. */
export async function getIntent(store: ObjectStore, signal?: AbortSignal): Promise<string[] | undefined> {
  const found = await store.get(INTENT, { signal });
  if (found === undefined) return undefined;
  let paths: Json | undefined;
  try {
    paths = parseDocument(found.bytes)["paths"];
  } catch {
    // Cut by the death of its writer: then nothing had been changed yet.
  }
  if (!Array.isArray(paths)) return [];
  return paths.filter((path: Json): path is string => typeof path === "string" && isPath(path));
}

/** What is removed by it must lie in the hierarchy. */
function isPath(path: string): boolean {
  const parts = path.split("/").slice(1);
  return (
    path.startsWith("/") &&
    parts.every((part) => part !== "." && part !== ".." && (part !== "" || path === "/"))
  );
}
