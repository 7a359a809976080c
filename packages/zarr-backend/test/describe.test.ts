import { expect, it } from "vitest";
import { MemoryStore, ZarrStorageManager } from "../src/index.ts";

it("listNodes says how a dataset was made, so that a copy is made in the same way", async () => {
  for (const format of [2, 3] as const) {
    const m = new ZarrStorageManager("a", { store: new MemoryStore(), format });
    await m.storeData([1, 2, 3], "packed", { chunks: [2], compression: { gzip: 7, shuffle: true } });
    await m.appendData(["a", "ß"], "texts", { stringLength: 4, compression: "gzip" });
    await m.createGroup("empty");
    expect(await m.listNodes()).toEqual([
      { path: "/empty", kind: "group" },
      {
        path: "/packed",
        kind: "dataset",
        dtype: "float64",
        shape: [3],
        maxShape: [3],
        chunks: [2],
        filters: ["shuffle", "gzip"],
        compression: { gzip: 7, shuffle: true },
      },
      {
        path: "/texts",
        kind: "dataset",
        dtype: "string",
        shape: [2],
        maxShape: [null],
        chunks: [1025],
        defaultChunks: true,
        filters: ["gzip"],
        compression: { gzip: 4 },
        stringLength: 4,
      },
    ]);
  }
});

it("the consolidated metadata has siblings next to each other, as zarr-python 3 needs them", async () => {
  const store = new MemoryStore();
  const m = new ZarrStorageManager("a", { store });
  for (const name of ["b/x", "a/x", "b/z", "a.b/x", "a/z", "c"]) await m.storeData([1], name);
  const root = JSON.parse(new TextDecoder().decode((await store.get("a/zarr.json"))?.bytes));
  expect(Object.keys(root.consolidated_metadata.metadata)).toEqual([
    "a",
    "a.b",
    "a.b/x",
    "a/x",
    "a/z",
    "b",
    "b/x",
    "b/z",
    "c",
  ]);
});
