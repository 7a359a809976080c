import { IncompatibleFileManagerException } from "@tvb-storage/errors";
import { errorMessage } from "@tvb-storage/files/internal";
import { inParallel } from "../chunks/in-parallel.js";
import { type JsonObject, parseDocument } from "../json/exact-json.js";
import type { ReadableStore, RequestOptions, StoredObject } from "../stores/object-store.js";
import { DOCUMENTS, parseNodes } from "./hierarchy.js";
import { INTENT, OURS } from "./intent.js";
import { parseRoot, ROOT_DOCUMENT, type RootDocument } from "./root-document.js";

/** A hierarchy as it is in a store. */
export interface LoadedHierarchy extends RootDocument {
  /** The document that it was read from; undefined where it was put together from those of all nodes. */
  readonly source: StoredObject | undefined;
}

/** What was loaded last. */
export interface HierarchyCache {
  last?: LoadedHierarchy;
}

export interface LoadOptions {
  /** The version that is looked for first. */
  readonly format: 2 | 3;
  readonly signal?: AbortSignal | undefined;
  readonly cache?: HierarchyCache | undefined;
}

/** An object that was got before; `"unchanged"` where it is still the same. */
export async function getAgain(
  store: ReadableStore,
  key: string,
  known: StoredObject,
  options?: RequestOptions,
): Promise<StoredObject | "unchanged" | undefined> {
  const now =
    known.version === undefined || store.getIfChanged === undefined
      ? await store.get(key, options)
      : await store.getIfChanged(key, known.version, options);
  return typeof now === "object" && isSameObject(now, known) ? "unchanged" : now;
}

function isSameObject(a: StoredObject, b: StoredObject): boolean {
  if (a.version !== undefined && b.version !== undefined) return a.version === b.version;
  if (a.bytes.length !== b.bytes.length) return false;
  for (let i = 0; i < a.bytes.length; i++) if (a.bytes[i] !== b.bytes[i]) return false;
  return true;
}

/**
 * The hierarchy in a store; undefined where there is none yet.
 *
 * @throws IncompatibleFileManagerException something else is there, or a damaged hierarchy.
 */
export async function loadHierarchy(
  store: ReadableStore,
  { format: preferred, signal, cache }: LoadOptions,
): Promise<LoadedHierarchy | undefined> {
  for (const format of preferred === 3 ? ([3, 2] as const) : ([2, 3] as const)) {
    const loaded = await loadVersion(store, format, signal, cache);
    if (loaded !== undefined) return loaded;
  }
  const keys = ((await store.list?.("", { signal })) ?? []).map(({ key }) => key);
  // A writer that died before its first commit left an intent, and perhaps chunks.
  if (keys.every((key) => OURS.test(key)) || keys.includes(INTENT)) return undefined;
  if (store.hasFolders !== true && (await areOfOthers(store, keys, signal))) return undefined;
  throw new IncompatibleFileManagerException("it has no metadata of a Zarr hierarchy (zarr.json, .zgroup)");
}

/** Whether all keys are of hierarchies whose own keys begin with more than those of this one. */
async function areOfOthers(
  store: ReadableStore,
  keys: readonly string[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const roots: string[] = [];
  const isBeneath = (key: string): boolean => roots.some((root) => key.startsWith(root));
  const documents = keys.filter((key) => /\/(zarr\.json|\.zmetadata)$/.test(key));
  for (const key of documents.sort((a, b) => a.length - b.length)) {
    const bytes = isBeneath(key) ? undefined : (await store.get(key, { signal }))?.bytes;
    if (bytes === undefined) continue;
    const format = key.endsWith(".zmetadata") ? 2 : 3;
    const root = reading(key, () => parseRoot(parseDocument(bytes), format));
    if (root !== undefined) roots.push(key.slice(0, key.lastIndexOf("/") + 1));
  }
  return keys.every((key) => isBeneath(key) || OURS.test(key));
}

async function loadVersion(
  store: ReadableStore,
  format: 2 | 3,
  signal: AbortSignal | undefined,
  cache: HierarchyCache | undefined,
): Promise<LoadedHierarchy | undefined> {
  const key = ROOT_DOCUMENT[format];
  const last = cache?.last?.format === format ? cache.last : undefined;
  const source =
    last?.source === undefined
      ? await store.get(key, { signal })
      : await getAgain(store, key, last.source, { signal });
  if (source === "unchanged") return last;
  if (source !== undefined) {
    const root = reading(key, () => parseRoot(parseDocument(source.bytes), format));
    if (root !== undefined) {
      const loaded = { ...root, source };
      if (cache !== undefined) cache.last = loaded;
      return loaded;
    }
  } else if (format === 3 || !(await isVersion2(store, signal))) return undefined;
  return walk(store, format, signal);
}

async function isVersion2(store: ReadableStore, signal: AbortSignal | undefined): Promise<boolean> {
  for (const key of [".zgroup", ".zarray"]) if ((await store.get(key, { signal })) !== undefined) return true;
  return false;
}

/** Reads the documents of all nodes, one by one. */
async function walk(
  store: ReadableStore,
  format: 2 | 3,
  signal: AbortSignal | undefined,
): Promise<LoadedHierarchy> {
  if (store.list === undefined)
    throw new IncompatibleFileManagerException(
      "it has no consolidated metadata, and this store cannot list its nodes; write it with zarr.consolidate_metadata first",
    );
  const names = new Set(DOCUMENTS[format]);
  const keys = (await store.list("", { signal }))
    .map(({ key }) => key)
    .filter((key) => names.has(key.slice(key.lastIndexOf("/") + 1)));
  const documents = new Map<string, JsonObject>();
  await inParallel(keys, async (key) => {
    const bytes = (await store.get(key, { signal }))?.bytes;
    if (bytes !== undefined)
      documents.set(
        key,
        reading(key, () => parseDocument(bytes)),
      );
  });
  const nodes = reading("its metadata", () => parseNodes(documents, format));
  return { format, nodes, commit: undefined, source: undefined };
}

function reading<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new IncompatibleFileManagerException(`${what} cannot be read: ${errorMessage(cause)}`, { cause });
  }
}
