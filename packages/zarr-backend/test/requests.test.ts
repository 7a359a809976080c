import {
  ndarray,
  resolveSelection,
  type Slice,
  type StreamOptions,
  selectElements,
  slice,
} from "@tvb-storage/core";
import { beforeEach, describe, expect, it } from "vitest";
import { MemoryStore, ZarrStorageManager } from "../src/index.ts";
import { FaultyStore } from "./faulty-store.ts";

// What calls cost, in requests to the store.

let store = new FaultyStore(new MemoryStore());
let requests: string[] = [];
beforeEach(() => {
  store = new FaultyStore(new MemoryStore());
  store.onRequest = (request) => {
    requests.push(request.replace(/[0-9a-f-]{36}/, "<uuid>"));
    return "done";
  };
});

const open = (format: 2 | 3 = 3): ZarrStorageManager => new ZarrStorageManager("a", { store, format });

async function requestsOf(call: () => Promise<unknown>): Promise<string[]> {
  requests = [];
  await call();
  return requests;
}

const rows = (count: number) =>
  ({ dtype: "float64", shape: [count, 2], data: new Float64Array(2 * count) }) as const;

describe("requests", () => {
  it("listing two hundred nodes and reading metadata: one", async () => {
    const m = open();
    for (let i = 0; i < 200; i++) await m.storeData([i], `d${i}`);
    expect(await requestsOf(() => open().listNodes())).toEqual(["GET a/zarr.json"]);
    expect(await requestsOf(() => open().getMetadata("d7"))).toEqual(["GET a/zarr.json"]);
    expect(await requestsOf(() => open(2).getMetadata())).toEqual([
      "GET a/.zmetadata",
      "GET a/.zgroup",
      "GET a/.zarray",
      "GET a/zarr.json",
    ]);
  });

  it("reading a row: its chunk, and the root before and after", async () => {
    await open().storeData(rows(20), "x", { chunks: [4, 2] });
    expect(await requestsOf(() => open().getData("x", { selection: [9] }))).toEqual([
      "GET a/zarr.json",
      'GET a/x/c/2/0 {"offset":16,"length":16}',
      "GET a/zarr.json if changed",
    ]);
  });

  it("a row of a chunk without codecs: the bytes that span it", async () => {
    await open().storeData(rows(20), "x", { chunks: [20, 2] });
    const read = () => open().getData("x", { selection: [{ start: 3, stop: 6, step: 2 }, 1] });
    expect((await requestsOf(read))[1]).toBe('GET a/x/c/0/0 {"offset":56,"length":40}');
    await open().storeData(rows(20), "z", { chunks: [20, 2], compression: "gzip" });
    expect((await requestsOf(() => open().getData("z", { selection: [3] })))[1]).toBe("GET a/z/c/0/0");
  });

  it("a shard: its index, and chunks that follow each other in it by one request", async () => {
    const layout = () => ({ shards: [8, 2] });
    const m = new ZarrStorageManager("a", { store, layout });
    const stored = ndarray(
      Float64Array.from({ length: 40 }, (_, i) => i),
      { shape: [20, 2] },
    );
    await m.storeData(stored, "x", { chunks: [2, 1] });
    const read = async (...selection: (number | null | Slice)[]) => {
      const wanted = selectElements(stored, resolveSelection(selection, [20, 2]));
      const made = await requestsOf(async () => {
        expect(await m.getData("x", { selection })).toEqual(wanted);
      });
      return made.filter((each) => each.includes("/c/")).map((each) => each.replace("GET a/x/", ""));
    };
    const index = 'c/0/0 {"suffix":132}';
    expect(await read(3)).toEqual([index, 'c/0/0 {"offset":32,"length":32}']);
    expect(await read(slice(0, 8))).toEqual([index, 'c/0/0 {"offset":0,"length":128}']);
    // Of one column every second chunk.
    expect(await read(slice(0, 4), 1)).toEqual([
      index,
      'c/0/0 {"offset":16,"length":16}',
      'c/0/0 {"offset":48,"length":16}',
    ]);
    expect(await read(null)).toHaveLength(6);
  });

  it("a stream: each chunk once, in blocks that end where chunks end", async () => {
    await open().storeData(rows(20), "x", { chunks: [4, 2], compression: "gzip" });
    const streamed = async (options: StreamOptions) => {
      const lengths: (number | undefined)[] = [];
      const made = await requestsOf(async () => {
        for await (const { block } of open().streamData("x", options)) lengths.push(block.shape[0]);
      });
      return { lengths, chunks: made.filter((each) => each.includes("/c/")).length };
    };
    const blockBytes = 11 * 16;
    expect(await streamed({ blockBytes })).toEqual({ lengths: [8, 8, 4], chunks: 5 });
    expect(await streamed({ blockBytes, selection: [slice(8, null)] })).toEqual({
      lengths: [8, 4],
      chunks: 3,
    });
    // Other rows than those of chunks: blocks are as long as they may be.
    expect((await streamed({ blockBytes, selection: [slice(1, null)] })).lengths).toEqual([11, 8]);
    expect((await streamed({ blockBytes, selection: [slice(null, null, 2)] })).lengths).toEqual([10]);
    expect((await streamed({ blockBytes: 8, selection: [5] })).lengths).toEqual([1, 1]);
  });

  it("a stream without blockBytes: a block is at least a layer of chunks", async () => {
    const count = 800_000; // of 16 bytes
    await open().storeData(rows(count), "x", { chunks: [count / 2, 1], compression: { gzip: 1 } });
    const made = await requestsOf(async () => {
      for await (const { block } of open().streamData("x")) expect(block.shape).toEqual([count / 2, 2]);
    });
    expect(made.filter((each) => each.includes("/c/"))).toHaveLength(4);
  });

  it("a new dataset: its chunks before the commit, and its document after it", async () => {
    const m = open();
    await m.setMetadata({ a: 1 });
    expect(await requestsOf(() => m.storeData(rows(6), "g/x", { chunks: [4, 2] }))).toEqual([
      "GET a/zarr.json if changed",
      "LIST a/g/",
      "PUT a/g/x/c/0/0",
      "PUT a/g/x/c/1/0",
      "PUT a/zarr.json",
      "PUT a/g/zarr.json",
      "PUT a/g/x/zarr.json",
    ]);
  });

  it("the first dataset of a hierarchy: that there is nothing yet, and that a writer has begun", async () => {
    expect(await requestsOf(() => open().storeData(rows(4), "x", { chunks: [4, 2] }))).toEqual([
      "GET a/zarr.json",
      "GET a/.zmetadata",
      "GET a/.zgroup",
      "GET a/.zarray",
      "LIST a/",
      "LIST a/x/",
      "PUT a/zarr.json if absent",
      "PUT a/x/c/0/0",
      "PUT a/zarr.json",
      "PUT a/x/zarr.json",
    ]);
  });

  it("another process looks first whether other programs see the last commit", async () => {
    const m = open();
    await m.storeData([1], "x");
    const change = () => open().setMetadata({ a: 1 }, "x");
    const after = ["PUT a/zarr.json", "PUT a/x/zarr.json"];
    expect(await requestsOf(change)).toEqual(["GET a/zarr.json", "GET a/x/zarr.json", ...after]);
    expect(await requestsOf(() => m.setMetadata({ a: 2 }, "x"))).toEqual([
      "GET a/zarr.json if changed",
      "GET a/x/zarr.json",
      ...after,
    ]);
    expect(await requestsOf(() => m.setMetadata({ a: 3 }, "x"))).toEqual([
      "GET a/zarr.json if changed",
      ...after,
    ]);
  });

  it("appended rows: what is in the last chunk is read where it is not full", async () => {
    const m = open();
    const append = (count: number) => m.appendData(rows(count), "x", { growDimension: 0, chunks: [4, 2] });
    await append(4);
    const full = await requestsOf(() => append(3));
    const begun = await requestsOf(() => append(1));
    const around = (...chunk: string[]) => [
      "GET a/zarr.json if changed",
      ...chunk,
      "PUT a/zarr.json",
      "PUT a/x/zarr.json",
    ];
    expect(full).toEqual(around("PUT a/x/c/1/0"));
    expect(begun).toEqual(around(`GET a/x/c/1/0 {"offset":0,"length":48}`, "PUT a/x/c/1/0"));
  });

  it("an overwritten dataset: its chunks go to staged keys, and from there to their own", async () => {
    const m = open();
    await m.storeData(rows(4), "x", { chunks: [4, 2] });
    expect(await requestsOf(() => m.storeData(rows(4), "x"))).toEqual([
      "GET a/zarr.json if changed",
      "PUT a/.tvb/<uuid>/c/0/0",
      "PUT a/zarr.json",
      "LIST a/x/",
      "GET a/.tvb/<uuid>/c/0/0",
      "PUT a/x/c/0/0",
      "PUT a/zarr.json",
      "LIST a/.tvb/",
      "DELETE a/.tvb/<uuid>/c/0/0",
    ]);
  });

  it("a removed dataset: the commit, its objects, and the root again", async () => {
    const m = open();
    await m.storeData(rows(4), "x", { chunks: [4, 2] });
    expect(await requestsOf(() => m.removeData("x"))).toEqual([
      "GET a/zarr.json if changed",
      "PUT a/zarr.json",
      "LIST a/x/",
      "DELETE a/x/zarr.json",
      "DELETE a/x/c/0/0",
      "PUT a/zarr.json",
    ]);
  });

  it("blocks are stored one by one, each chunk once, however they are cut", async () => {
    const m = open();
    async function* blocks() {
      for (const count of [3, 1, 7, 1, 4, 4]) yield rows(count);
    }
    const made = await requestsOf(() =>
      m.storeData({ dtype: "float64", shape: [20, 2], blocks: blocks() }, "x", { chunks: [4, 2] }),
    );
    expect(made.filter((each) => each.includes("/c/")).sort()).toEqual(
      [0, 1, 2, 3, 4].map((row) => `PUT a/x/c/${row}/0`),
    );
  });

  it("metadata of the root: one put in version 3", async () => {
    const m = open();
    await m.createGroup("/");
    expect(await requestsOf(() => m.setMetadata({ a: 1 }))).toEqual([
      "GET a/zarr.json if changed",
      "PUT a/zarr.json",
    ]);
    expect(await requestsOf(() => open().setMetadata({ a: 2 }))).toEqual([
      "GET a/zarr.json",
      "PUT a/zarr.json",
    ]);
  });
});
