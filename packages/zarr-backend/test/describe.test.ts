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
        filters: ["gzip"],
        compression: { gzip: 4 },
        stringLength: 4,
      },
    ]);
  }
});
