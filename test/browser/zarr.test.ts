import { beforeAll, expect, it } from "vitest";
import { startS3Server } from "../../examples/s3-server/src/index.js";
import { MemoryStore, ZarrStorageManager } from "../../packages/zarr-backend/src/index.js";
import { localServer, useChromium } from "../support/chromium.js";
import { chromium, describeWith } from "../support/judges.js";

// A page reads a Zarr hierarchy of a server of another origin, and has one of its own in memory.

const PAGE = `
import { HttpStore, MemoryStore, S3Store, ZarrStorageManager } from "@tvb-storage/zarr-backend";

globalThis.read = async (url) => {
  const m = new ZarrStorageManager("a.zarr", { store: new HttpStore(url) });
  const nodes = (await m.listNodes()).map(({ path }) => path);
  const { data } = await m.getData("series", { selection: [7] });
  const sharded = await m.getData("sharded", { selection: [5] });
  return { nodes, row: [...data], sharded: [...sharded.data], ...(await m.getMetadata("series")) };
};
globalThis.write = async () => {
  const m = new ZarrStorageManager("b.zarr", { store: new MemoryStore() });
  for (const row of [0, 1, 2])
    await m.appendData(Float32Array.of(row), "x", { compression: { gzip: 1, shuffle: true }, chunks: [2] });
  return [...(await m.getData("x")).data];
};
globalThis.share = async (endpoint, credentials) => {
  const m = new ZarrStorageManager("c.zarr", { store: new S3Store("s3://bucket/größe", { endpoint, credentials }) });
  for (const row of [0, 1, 2]) await m.appendData(Float32Array.of(row), "x", { chunks: [2] });
  return [...(await m.getData("x")).data];
};
`;

describeWith(chromium)("a page reads Zarr", () => {
  const browser = useChromium();
  let objects = new Map<string, Uint8Array>();
  const server = localServer((request, response) => {
    const found = objects.get(decodeURIComponent(request.url ?? "").slice(1));
    // A range from the end is asked for by OPTIONS first.
    response.setHeader("Access-Control-Allow-Origin", "*").setHeader("Access-Control-Allow-Headers", "range");
    const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    if (found === undefined || from === undefined || to === undefined) {
      response.writeHead(found === undefined && request.method !== "OPTIONS" ? 404 : 200).end(found);
      return;
    }
    response
      .writeHead(206)
      .end(from === "" ? found.slice(-Number(to)) : found.slice(Number(from), Number(to) + 1));
  });

  beforeAll(async () => {
    const store = new MemoryStore();
    const m = new ZarrStorageManager("a.zarr", {
      store,
      layout: ({ path }) => (path === "/sharded" ? { shards: [8] } : undefined),
    });
    const series = Float64Array.from({ length: 30 }, (_, i) => i / 4);
    await m.storeData({ dtype: "float64", shape: [10, 3], data: series }, "series", {
      chunks: [4, 2],
      compression: { gzip: 6, shuffle: true },
    });
    await m.storeData(Int32Array.of(0, 1, 2, 3, 4, 5), "sharded", { chunks: [2], compression: "gzip" });
    await m.setMetadata({ unit: "mV" }, "series");
    objects = store.entries();
  });

  it("by HTTP, without Node and without WebAssembly", async () => {
    const { page } = await browser.open({ main: PAGE });
    expect(await page.evaluate(`read("${server.address}")`)).toEqual({
      nodes: ["/series", "/sharded"],
      row: [5.25, 5.5, 5.75],
      sharded: [5],
      unit: "mV",
    });
  });

  it("and writes it in a bucket of another origin, with signed requests", async () => {
    const s3 = await startS3Server();
    const { page } = await browser.open({ main: PAGE });
    expect(await page.evaluate(`share("${s3.url}", ${JSON.stringify(s3.credentials)})`)).toEqual([0, 1, 2]);
    const keys = [...(await s3.objects.entries("bucket")).keys()];
    expect(keys).toEqual([
      "größe/c.zarr/x/c/0",
      "größe/c.zarr/x/c/1",
      "größe/c.zarr/x/zarr.json",
      "größe/c.zarr/zarr.json",
    ]);
    await s3.close();
  });

  it("and writes it in memory", async () => {
    const { page } = await browser.open({ main: PAGE });
    expect(await page.evaluate("write()")).toEqual([0, 1, 2]);
  });
});
