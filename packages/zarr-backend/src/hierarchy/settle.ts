import { gridShape, positionsIn } from "../chunks/chunk-grid.js";
import { inParallel } from "../chunks/in-parallel.js";
import { formatDocument } from "../json/exact-json.js";
import { type ArrayLayout, chunkKey } from "../metadata/array-layout.js";
import { isReadable } from "../metadata/parse-layout.js";
import {
  changedDocuments,
  DOCUMENTS,
  documentsOf,
  keyOf,
  type ZarrNode,
  type ZarrNodes,
} from "./hierarchy.js";
import { RESERVED, stagedPrefixOf } from "./own-keys.js";
import type { RootDocument } from "./root-document.js";
import { deleteListed, straysOf } from "./strays.js";
import type { WriteAccess } from "./write-access.js";

/**
 * Makes what other programs see agree with a commit: staged chunks go to their own keys, then the documents of nodes are
 * put, and what was removed is deleted. Doing it again, or a part of it, changes nothing.
 *
 * @param before The nodes before the commit, where this writer has made it. Without them, documents are compared: all of
 *   it may have been done.
 */
export async function settle(access: WriteAccess, root: RootDocument, before?: ZarrNodes): Promise<void> {
  const { nodes, unsettled } = root;
  const staged = [...nodes].filter(([, { record }]) => record?.staged !== undefined);
  for (const [path, node] of staged) await moveChunks(access, path, node);
  for (const path of unsettled) {
    const node = nodes.get(path);
    if (node !== undefined) await putDocuments(access, path, node, root.format, before);
  }
  const removed = unsettled.filter((path) => !nodes.has(path));
  for (const path of removed) await removeBeneath(access, keyOf(path));
  // Documents may be compared again. But what is put where something was removed must not be removed again.
  if (staged.length === 0 && removed.length === 0) return;
  const settled = new Map([...nodes].map(([path, node]) => [path, withoutStaged(node)]));
  await access.putRoot({ ...root, nodes: settled, unsettled: [] });
  if (staged.length > 0) await removeStaged(access);
}

/** Removes all staged chunks; no commit names any. */
export async function removeStaged(access: WriteAccess): Promise<void> {
  const listed = await access.store.list(`${RESERVED}/`);
  await deleteListed(
    access,
    listed.filter(({ key }) => stagedPrefixOf(key) !== undefined),
  );
}

function withoutStaged(node: ZarrNode): ZarrNode {
  if (node.record?.staged === undefined) return node;
  const { staged: _, ...record } = node.record;
  return { ...node, record };
}

/** Copies staged chunks to where the array has its chunks, and removes other chunks there. */
async function moveChunks(access: WriteAccess, path: string, { record, array }: ZarrNode): Promise<void> {
  if (record?.staged === undefined || array === undefined || !isReadable(array)) return;
  const { staged } = record;
  const { store } = access;
  const prefix = keyOf(path);
  const listed = await store.list(prefix);
  await access.confirm();
  const versions = new Map(listed.map(({ key, version }) => [key, version]));
  await inParallel(chunkKeys(array), async (own) => {
    const key = prefix + own;
    const ifVersion = versions.get(key);
    const found = await store.get(staged + own);
    if (found !== undefined) await store.put(key, found.bytes, { ifVersion });
    // Lost: what it was to replace must not be taken for it.
    else await deleteListed(access, [{ key, version: ifVersion }]);
  });
  await deleteListed(access, straysOf(listed, prefix, array));
}

function* chunkKeys(array: ArrayLayout): Generator<string> {
  for (const chunk of positionsIn(gridShape(array.shape, array.chunks))) yield chunkKey(array, chunk);
}

async function putDocuments(
  access: WriteAccess,
  path: string,
  node: ZarrNode,
  format: 2 | 3,
  before: ZarrNodes | undefined,
): Promise<void> {
  const { store } = access;
  const last = before?.get(path);
  for (const [key, each] of changedDocuments(path, node, format, last)) {
    const document = formatDocument(each);
    const mayBeThere = before === undefined || (last !== undefined && !access.isKnown(key));
    const found = mayBeThere ? await store.get(key) : undefined;
    if (found === undefined || !isSame(found.bytes, document)) await store.put(key, document);
  }
  // A node that has no attributes any more has no document of them.
  const had = before === undefined || (last !== undefined && documentsOf(path, last, format).length > 1);
  if (format === 3 || documentsOf(path, node, format).length > 1 || !had) return;
  const key = `${keyOf(path)}.zattrs`;
  const found = await store.get(key);
  if (found !== undefined) await deleteListed(access, [{ key, version: found.version }]);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Removes a node with all beneath it: first the documents, so that nobody takes missing chunks for zeros. */
async function removeBeneath(access: WriteAccess, prefix: string): Promise<void> {
  const listed = (await access.store.list(prefix)).filter(({ key }) => !key.startsWith(`${RESERVED}/`));
  const isDocument = (key: string): boolean => {
    const name = key.slice(key.lastIndexOf("/") + 1);
    return DOCUMENTS[2].includes(name) || DOCUMENTS[3].includes(name);
  };
  await deleteListed(
    access,
    listed.filter(({ key }) => isDocument(key)),
  );
  await deleteListed(
    access,
    listed.filter(({ key }) => !isDocument(key)),
  );
}
