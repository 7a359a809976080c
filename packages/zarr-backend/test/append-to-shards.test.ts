import { expect, it } from "vitest";
import { MemoryStore, type ObjectStore, zarrBackendOf } from "../src/index.ts";

/** A store whose `name` waits for `before`, and goes on to `after`. */
function intercepted(
  store: MemoryStore,
  name: "put" | "getRange",
  { before, after }: { before?: (key: string) => unknown; after?: () => unknown },
): ObjectStore {
  return new Proxy<ObjectStore>(store, {
    get(_, property) {
      const value: unknown = Reflect.get(store, property);
      if (typeof value !== "function") return value;
      if (property !== name) return value.bind(store);
      return async (key: string, ...rest: unknown[]) => {
        await before?.(key);
        const result: unknown = await value.call(store, key, ...rest);
        await after?.();
        return result;
      };
    },
  });
}

const rows = (start: number) =>
  Float64Array.from({ length: 10 }, (_, i) => Math.fround(Math.sqrt(start + i)));

it.each(["gzip", undefined] as const)(
  "a shard that an append puts anew between index and chunks is read again, before the commit and after it (%s)",
  async (compression) => {
    for (const isCommitted of [false, true]) {
      const objects = new MemoryStore();
      let isAppending = false;
      let putShard = (): void => undefined;
      let commit = (): void => undefined;
      const isPut = new Promise<void>((resolve) => {
        putShard = resolve;
      });
      const mayCommit = new Promise<void>((resolve) => {
        commit = resolve;
      });
      const slow = intercepted(objects, "put", {
        before: async (key) => {
          if (!isAppending || key !== "a/zarr.json") return;
          putShard();
          await mayCommit;
        },
      });
      const writer = zarrBackendOf(slow).open("a", { layout: () => ({ shards: [12, 2] }) });
      const append = (start: number): Promise<void> =>
        writer.appendData({ dtype: "float64", shape: [5, 2], data: rows(start) }, "x", {
          growDimension: 0,
          chunks: [4, 2],
          ...(compression && { compression }),
        });
      await append(0);
      let appended: Promise<void> | undefined;
      const reads = intercepted(objects, "getRange", {
        after: async () => {
          if (appended !== undefined) return;
          isAppending = true;
          appended = append(10);
          await isPut;
          if (!isCommitted) return;
          commit();
          await appended;
        },
      });
      const { shape, data } = await zarrBackendOf(reads).open("a").getData("x");
      expect([...data].slice(0, 10)).toEqual([...rows(0)]);
      expect(shape).toEqual([isCommitted ? 10 : 5, 2]);
      commit();
      await appended;
      const all = await zarrBackendOf(objects).open("a").getData("x");
      expect([...all.data]).toEqual([...rows(0), ...rows(10)]);
    }
  },
);

it("a shard that is damaged is an exception", async () => {
  const objects = new MemoryStore();
  const manager = zarrBackendOf(objects).open("a", { layout: () => ({ shards: [12, 2] }) });
  await manager.storeData({ dtype: "float64", shape: [5, 2], data: rows(0) }, "x", {
    chunks: [4, 2],
    compression: "gzip",
  });
  const shard = (await objects.get("a/x/c/0/0"))?.bytes ?? new Uint8Array();
  shard.fill(0, 0, 8);
  await objects.put("a/x/c/0/0", shard);
  await expect(manager.getData("x")).rejects.toThrow("the chunk x/c/0/0 is damaged");
});
