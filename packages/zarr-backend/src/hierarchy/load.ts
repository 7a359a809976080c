import { IncompatibleFileManagerException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { errorMessage } from "@tvb-storage/files/internal";
import { inParallel } from "../chunks/in-parallel.js";
import { type JsonObject, parseDocument } from "../json/exact-json.js";
import type { KnownVersions } from "../stores/fenced-store.js";
import type { ReadableStore, RequestOptions, StoredObject } from "../stores/object-store.js";
import { DOCUMENTS, parseNodes } from "./hierarchy.js";
import { isOwnKey } from "./own-keys.js";
import { parseRoot, ROOT_DOCUMENT, type RootDocument } from "./root-document.js";

/** A hierarchy as it is in a store. */
export interface LoadedHierarchy extends RootDocument {
  /** The document that it was read from; undefined where it was put together from those of all nodes. */
  readonly source: StoredObject | undefined;
  /** The version of the document at the root, where there is one, and the store tells. */
  readonly version: string | undefined;
  /** Other programs see what it says: this process has seen to that. */
  readonly isSettled?: boolean;
}

/** What a manager remembers from one transaction to the next. */
export interface HierarchyCache {
  last?: LoadedHierarchy;
  /** Versions of objects. */
  readonly versions: KnownVersions;
}

export interface LoadOptions {
  /** The version that is looked for first. */
  readonly format: 2 | 3;
  readonly signal?: AbortSignal | undefined;
  readonly cache?: HierarchyCache | undefined;
}

/** An object that was got before, and whether it is still the same. */
export async function getAgain(
  store: ReadableStore,
  key: string,
  known: StoredObject,
  options?: RequestOptions,
): Promise<{ readonly isSame: boolean; readonly source: StoredObject } | undefined> {
  const now =
    known.version === undefined || store.getIfChanged === undefined
      ? await store.get(key, options)
      : await store.getIfChanged(key, known.version, options);
  if (now === "unchanged") return { isSame: true, source: known };
  return now && { isSame: isSameObject(now, known), source: now };
}

function isSameObject(a: StoredObject, b: StoredObject): boolean {
  if (a.version !== undefined && b.version !== undefined) return a.version === b.version;
  if (a.bytes.length !== b.bytes.length) return false;
  for (let i = 0; i < a.bytes.length; i++) if (a.bytes[i] !== b.bytes[i]) return false;
  return true;
}

const MAX_ATTEMPTS = 10;

/**
 * The hierarchy in a store; undefined where there is none yet.
 *
 * @throws IncompatibleFileManagerException something else is there, or a damaged hierarchy.
 */
export async function loadHierarchy(
  store: ReadableStore,
  options: LoadOptions,
): Promise<LoadedHierarchy | undefined> {
  for (let attempt = 1; ; attempt++) {
    const loaded = await tryToLoad(store, options);
    // Made by another process between two requests.
    if (loaded !== "appeared") return loaded;
    if (attempt === MAX_ATTEMPTS)
      throw new IncompatibleFileManagerException("its metadata is listed, but cannot be read");
  }
}

async function tryToLoad(
  store: ReadableStore,
  { format: preferred, signal, cache }: LoadOptions,
): Promise<LoadedHierarchy | undefined | "appeared"> {
  for (const format of preferred === 3 ? ([3, 2] as const) : ([2, 3] as const)) {
    const loaded = await loadVersion(store, format, signal, cache);
    if (loaded !== undefined) return loaded;
  }
  const keys = ((await store.list?.("", { signal })) ?? []).map(({ key }) => key);
  if (keys.every(isOwnKey)) return undefined;
  if (keys.includes(ROOT_DOCUMENT[3]) || keys.includes(ROOT_DOCUMENT[2])) return "appeared";
  if (store.hasFolders !== true && (await areOfOthers(store, keys, signal))) return undefined;
  throw new IncompatibleFileManagerException(
    `it has no metadata of a Zarr hierarchy (zarr.json, .zgroup)${elsewhere(keys)}`,
  );
}

/** Where a hierarchy is instead, as in an archive that was made of its folder, not of what is in it. */
function elsewhere(keys: readonly string[]): string {
  const folders = keys.flatMap((key) => /^([^/]+)\/(?:zarr\.json|\.zgroup|\.zarray)$/.exec(key)?.[1] ?? []);
  const [folder] = folders;
  return folder === undefined ? "" : `; ${quoted(folder)} in it has, whose content is to be in its place`;
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
  return keys.every((key) => isBeneath(key) || isOwnKey(key));
}

async function loadVersion(
  store: ReadableStore,
  format: 2 | 3,
  signal: AbortSignal | undefined,
  cache: HierarchyCache | undefined,
): Promise<LoadedHierarchy | undefined> {
  const key = ROOT_DOCUMENT[format];
  const last = cache?.last?.format === format ? cache.last : undefined;
  const again = last?.source && (await getAgain(store, key, last.source, { signal }));
  const source = last?.source === undefined ? await store.get(key, { signal }) : again?.source;
  if (source !== undefined) {
    const root =
      again?.isSame === true ? last : reading(key, () => parseRoot(parseDocument(source.bytes), format));
    if (root === undefined) return walk(store, format, source.version, signal);
    // Of a file that is the same, more may be known now: its version, once it is not new any more.
    const loaded = { ...root, source, version: source.version };
    if (cache !== undefined) cache.last = loaded;
    return loaded;
  }
  if (format === 3 || !(await isVersion2(store, signal))) return undefined;
  return walk(store, format, undefined, signal);
}

async function isVersion2(store: ReadableStore, signal: AbortSignal | undefined): Promise<boolean> {
  for (const key of [".zgroup", ".zarray"]) if ((await store.get(key, { signal })) !== undefined) return true;
  return false;
}

/** Reads the documents of all nodes, one by one. */
async function walk(
  store: ReadableStore,
  format: 2 | 3,
  version: string | undefined,
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
  return { format, nodes, commit: undefined, unsettled: [], source: undefined, version };
}

function reading<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new IncompatibleFileManagerException(`${what} cannot be read: ${errorMessage(cause)}`, { cause });
  }
}
