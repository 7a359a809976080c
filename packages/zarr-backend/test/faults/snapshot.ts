import { expect } from "vitest";
import { MemoryStore, type ObjectStore, type ReadableStore, ZarrStorageManager } from "../../src/index.ts";

/** All that a hierarchy holds, as a text; "none" where there is none. What no writer of a region has stored yet is `null`. */
export async function snapshot(store: ReadableStore, path = "a"): Promise<string> {
  const m = new ZarrStorageManager(path, { store });
  if (!(await m.isValidTvbFile())) return "none";
  const found: Record<string, unknown> = { "/": await m.getMetadata() };
  for (const { path: at, kind, shape = [] } of await m.listNodes()) {
    const metadata = await m.getMetadata(at);
    found[at] =
      kind === "dataset" ? { shape, metadata, rows: await rowsOf(m, at, shape[0] ?? 0) } : { metadata };
  }
  return JSON.stringify(found, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

async function rowsOf(m: ZarrStorageManager, path: string, count: number): Promise<unknown[]> {
  const missing = await m.missingRegions(path);
  const rows: unknown[] = [];
  for (let row = 0; row < count; row++) {
    const isMissing = missing.some(
      ({ offset: [start = 0], shape: [length = 0] }) => row >= start && row < start + length,
    );
    rows.push(isMissing ? null : [...(await m.getData(path, { selection: [row] })).data]);
  }
  return rows;
}

/** Expects other programs, which know the documents of the nodes alone, to see what our readers see. */
export async function expectForeignView(store: ObjectStore): Promise<void> {
  const objects = new Map<string, Uint8Array>();
  for (const { key } of await store.list("a/")) {
    const found = await store.get(key);
    if (found !== undefined) objects.set(key, found.bytes);
  }
  objects.delete("a/.zmetadata");
  const root = objects.get("a/zarr.json");
  if (root !== undefined) {
    const { consolidated_metadata: _, ...document } = JSON.parse(new TextDecoder().decode(root)) as Record<
      string,
      unknown
    >; // an object
    objects.set("a/zarr.json", new TextEncoder().encode(JSON.stringify(document)));
  }
  expect(await snapshot(new MemoryStore(objects))).toBe(await snapshot(store));
}
