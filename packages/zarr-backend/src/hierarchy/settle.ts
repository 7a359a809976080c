import { gridShape } from "../chunks/chunk-grid.js";
import { inParallel } from "../chunks/in-parallel.js";
import { formatDocument } from "../json/exact-json.js";
import { type ArrayLayout, chunkOfKey } from "../metadata/array-layout.js";
import { isReadable } from "../metadata/parse-layout.js";
import type { ObjectStore } from "../stores/object-store.js";
import { DOCUMENTS, documentsOf, keyOf, type ZarrNode } from "./hierarchy.js";
import { INTENT, OURS } from "./intent.js";
import { formatRoot, ROOT_DOCUMENT, type RootDocument } from "./root-document.js";

/** What was, or may have been, done to a node. */
export type Touch =
  /** Its documents are others; its chunks are all there, and no others. */
  | "documents"
  /** Anything: there may be chunks that are no part of it. */
  | "anything";

/**
 * Makes what other programs see agree with a commit: chunks go to their own keys, then the documents of nodes, and what is
 * no part of the commit goes. Doing it again, or a part of it, changes nothing; it ends with the removal of the intent.
 *
 * @param root The last commit; undefined where there is none, so that nothing is left.
 */
export async function settle(
  store: ObjectStore,
  root: RootDocument | undefined,
  touched: ReadonlyMap<string, Touch>,
): Promise<void> {
  const nodes = root?.nodes ?? new Map<string, ZarrNode>();
  const staged = [...nodes].filter(([, { record }]) => record?.staged !== undefined);
  for (const [path, node] of staged) await moveChunks(store, path, node);
  for (const [path, touch] of touched) {
    const node = nodes.get(path);
    if (node === undefined || root === undefined) {
      // A group that went has taken what was in it.
      if (path === "/") await deleteAll(store, DOCUMENTS[2].concat(DOCUMENTS[3]));
      else if (!hasGone(path, touched, nodes)) await removeBeneath(store, keyOf(path));
      continue;
    }
    if (touch === "anything") await removeStrays(store, path, node);
    // The root of version 3 is the commit itself.
    if (path !== "/" || root.format === 2) await putDocuments(store, path, node, root.format);
  }
  if (root !== undefined && staged.length > 0) {
    const unstaged = {
      ...root,
      nodes: new Map([...nodes].map(([path, node]) => [path, withoutStaged(node)])),
    };
    await store.put(ROOT_DOCUMENT[root.format], formatDocument(formatRoot(unstaged)));
  }
  const isStaging = staged.length > 0 || [...touched.values()].includes("anything");
  // All that only writers make: what is staged, and what a folder's writer had not finished.
  if (isStaging)
    await deleteAll(
      store,
      (await keysOf(store, ".")).filter((key) => OURS.test(key) && key !== INTENT),
    );
  await store.delete(INTENT);
}

function hasGone(
  path: string,
  touched: ReadonlyMap<string, Touch>,
  nodes: ReadonlyMap<string, ZarrNode>,
): boolean {
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    const parent = path.slice(0, end);
    if (touched.has(parent) && !nodes.has(parent)) return true;
  }
  return false;
}

function withoutStaged(node: ZarrNode): ZarrNode {
  if (node.record?.staged === undefined) return node;
  const { staged: _, ...record } = node.record;
  return { ...node, record };
}

/** Copies staged chunks to where the array has its chunks. */
async function moveChunks(store: ObjectStore, path: string, { record }: ZarrNode): Promise<void> {
  const prefix = record?.staged ?? "";
  await inParallel(await keysOf(store, prefix), async (key) => {
    const found = await store.get(key);
    if (found !== undefined) await store.put(keyOf(path) + key.slice(prefix.length), found.bytes);
  });
}

async function putDocuments(store: ObjectStore, path: string, node: ZarrNode, format: 2 | 3): Promise<void> {
  const documents = documentsOf(path, node, format);
  for (const [key, json] of documents) await store.put(key, formatDocument(json));
  // A node that has no attributes any more has no document of them.
  if (format === 2 && documents.length === 1) await store.delete(`${keyOf(path)}.zattrs`);
}

/** Keys that a writer makes in the folder of an array; what else is there is somebody's. */
const CHUNK_OR_TEMPORARY = /^c$|^(c[./])?\d+([./]\d+)*$|(^|\/)\.[^/]*\.tmp$/;

/** Removes chunks beyond the shape, and those of another array that had the path. */
async function removeStrays(store: ObjectStore, path: string, { array }: ZarrNode): Promise<void> {
  if (array === undefined || !isReadable(array)) return;
  const prefix = keyOf(path);
  const grid = gridShape(array.shape, array.chunks);
  const strays = (await keysOf(store, prefix)).filter((key) => {
    const own = key.slice(prefix.length);
    if (!CHUNK_OR_TEMPORARY.test(own)) return false;
    const chunk = chunkOfKey(array, own);
    return chunk === undefined || chunk.some((index, axis) => index >= (grid[axis] ?? 0));
  });
  await deleteAll(store, strays);
}

/** Removes all chunks that are where an array has them. */
export async function removeChunks(store: ObjectStore, path: string, array: ArrayLayout): Promise<void> {
  const prefix = keyOf(path);
  const keys = await keysOf(store, prefix);
  await deleteAll(
    store,
    keys.filter((key) => chunkOfKey(array, key.slice(prefix.length)) !== undefined),
  );
}

/** Removes a node with all beneath it: first the documents, so that nobody takes missing chunks for zeros. */
async function removeBeneath(store: ObjectStore, prefix: string): Promise<void> {
  const keys = (await keysOf(store, prefix)).filter((key) => !key.startsWith(".tvb/"));
  const isDocument = (key: string): boolean => {
    const name = key.slice(key.lastIndexOf("/") + 1);
    return DOCUMENTS[2].includes(name) || DOCUMENTS[3].includes(name);
  };
  await deleteAll(store, keys.filter(isDocument));
  await deleteAll(
    store,
    keys.filter((key) => !isDocument(key)),
  );
}

async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  return (await store.list(prefix)).map(({ key }) => key);
}

async function deleteAll(store: ObjectStore, keys: readonly string[]): Promise<void> {
  await inParallel(keys, (key) => store.delete(key));
}
