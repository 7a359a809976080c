import { describe, expect, it } from "vitest";
import { MemoryStore, ZarrStorageManager } from "../../src/index.ts";

const rows = (count: number, value: number) => ({
  dtype: "int32" as const,
  shape: [count, 2],
  data: new Int32Array(2 * count).fill(value),
});
const chunks = [2, 2];
const keysOf = (store: MemoryStore) => [...store.entries().keys()].map((key) => key.slice(2)).sort();

async function prepared(format: 2 | 3): Promise<{ store: MemoryStore; m: ZarrStorageManager }> {
  const store = new MemoryStore();
  const m = new ZarrStorageManager("a", { store, format });
  await m.appendData(rows(5, 1), "x", { growDimension: 0, chunks });
  return { store, m };
}

describe("sweep", () => {
  it.each([2, 3] as const)(
    "finds nothing in a hierarchy of version %i that is as it should be",
    async (format) => {
      const { m, store } = await prepared(format);
      await m.storeData([1, 2], "group/y");
      await m.createArray("r", { dtype: "int32", shape: [4, 2], chunks });
      await m.writeRegion(rows(2, 3), "r", { offset: [0, 0] });
      const before = keysOf(store);
      expect(await m.sweep()).toEqual({ leftovers: [], bytes: 0, unknown: [] });
      expect(keysOf(store)).toEqual(before);
    },
  );

  it("removes staged chunks that no commit names, and says how many bytes", async () => {
    const { m, store } = await prepared(3);
    const before = keysOf(store);
    for (let i = 0; i < 3; i++) await store.put(`a/.tvb/${crypto.randomUUID()}/c/${i}/0`, new Uint8Array(16));
    const dry = await m.sweep({ dryRun: true });
    expect(dry.leftovers.map(({ kind }) => kind)).toEqual(["staged", "staged", "staged"]);
    expect(dry.bytes).toBe(48);
    expect(keysOf(store).length).toBe(before.length + 3);
    expect(await m.sweep()).toEqual(dry);
    expect(keysOf(store)).toEqual(before);
    expect([...(await m.getData("x")).data]).toEqual(Array(10).fill(1));
  });

  it.each([2, 3] as const)(
    "removes chunks beyond the shape, and of arrays that are not there (version %i)",
    async (format) => {
      const { m, store } = await prepared(format);
      const before = keysOf(store);
      const keys =
        format === 3
          ? ["x/c/3/0", "x/c/0/1", "gone/c/0/0", "g/gone/c/7"]
          : ["x/3.0", "x/0.1", "gone/0.0", "x/0"];
      for (const key of keys) await store.put(`a/${key}`, new Uint8Array(8));
      const { leftovers, bytes } = await m.sweep();
      expect(leftovers.map(({ key, kind, size }) => [key, kind, size]).sort()).toEqual(
        keys.map((key) => [key, "chunk", 8]).sort(),
      );
      expect(bytes).toBe(8 * keys.length);
      expect(keysOf(store)).toEqual(before);
    },
  );

  it("removes temporary files, but not where regions are being written", async () => {
    const { m, store } = await prepared(3);
    await m.createArray("r", { dtype: "int32", shape: [4, 2], chunks });
    const before = keysOf(store);
    const left = [
      ".zarr.json.01234567-89ab.tmp",
      "x/.zarr.json.01234567-89ab.tmp",
      "x/c/1/.0.01234567-89ab.tmp",
      "gone/c/0/.0.01234567-89ab.tmp",
    ];
    const stay = ["r/c/0/.0.01234567-89ab.tmp", "x/c/1/.0.tmp", "notes/.a.01234567-89ab.tmp"];
    for (const key of [...left, ...stay]) await store.put(`a/${key}`, new Uint8Array(1));
    const { leftovers, unknown } = await m.sweep();
    expect(leftovers.map(({ key, kind }) => [key, kind]).sort()).toEqual(
      left.map((key) => [key, "temporary"]).sort(),
    );
    expect([...unknown].sort()).toEqual(["notes/.a.01234567-89ab.tmp", "x/c/1/.0.tmp"]);
    expect(keysOf(store)).toEqual([...before, ...stay].sort());
  });

  it.each([2, 3] as const)("leaves what another program has put there (version %i)", async (format) => {
    const { store, m } = await prepared(format);
    const foreign = {
      2: [
        "group/.zgroup",
        "group/z/.zarray",
        "group/z/0.0",
        "group/z/9.9",
        "scans/1",
        "scans/0",
        "x/notes.txt",
        "readme.md",
      ],
      3: [
        "group/zarr.json",
        "group/z/zarr.json",
        "group/z/c/0/0",
        "scans/1",
        "scans/c",
        "x/notes.txt",
        "readme.md",
        "c/0",
      ],
    }[format];
    for (const key of foreign) await store.put(`a/${key}`, new Uint8Array(3));
    const before = keysOf(store);
    const { leftovers, unknown } = await m.sweep();
    expect(leftovers).toEqual([]);
    expect([...unknown].sort()).toEqual([...foreign].sort());
    expect(keysOf(store)).toEqual(before);
  });

  it("leaves chunks that are beyond the shape of an array that another program made", async () => {
    const { store, m } = await prepared(3);
    await m.storeData([1], "y");
    const text = new TextDecoder().decode((await store.get("a/zarr.json"))?.bytes);
    const root = JSON.parse(text) as { consolidated_metadata: Record<string, unknown> }; // written here
    delete root.consolidated_metadata["tvb_storage"];
    await store.put("a/zarr.json", new TextEncoder().encode(JSON.stringify(root)));
    await store.put("a/x/c/9/0", new Uint8Array(3));
    expect((await m.sweep()).leftovers).toEqual([]);
  });

  it("reports bytes, ends where it is cancelled, and refuses wrong options", async () => {
    const { store, m } = await prepared(3);
    for (let i = 5; i < 9; i++) await store.put(`a/x/c/${i}/0`, new Uint8Array(10));
    const reports: number[][] = [];
    const control = new AbortController();
    const onProgress = (...report: number[]) => {
      reports.push(report);
      control.abort();
    };
    await expect(m.sweep({ signal: control.signal, onProgress })).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining("cancelled"),
    });
    expect(reports[0]).toEqual([10, 40]);
    await expect(m.sweep({ dry: true } as object)).rejects.toThrow("sweep has no option");
    await expect(new ZarrStorageManager("b", { store }).sweep()).rejects.toMatchObject({
      code: "FILE_STRUCTURE",
    });
  });
});
