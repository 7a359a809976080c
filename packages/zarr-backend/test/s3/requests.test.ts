import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MemoryStore, ZarrStorageManager } from "../../src/index.ts";
import { startTestServer, type TestServer } from "./s3-server.ts";

// What calls cost in S3. The table of the README has these figures, beside the least possible.

let test: TestServer;
let buckets = 0;
beforeAll(async () => {
  test = await startTestServer();
});
afterAll(() => test.server.close());

const rows = (count: number) =>
  ({ dtype: "float64", shape: [count, 2], data: new Float64Array(2 * count) }) as const;
const chunks = [4, 2];

/** In a new bucket, as a process that has not written there yet. */
function open(format: 2 | 3 = 3): ZarrStorageManager {
  buckets += 1;
  return openAgain(format);
}

/** The same hierarchy, as another process opens it. One request at a time, so that their order is the same each time. */
function openAgain(format: 2 | 3 = 3): ZarrStorageManager {
  return new ZarrStorageManager("a", {
    store: test.store(`s3://bucket-${buckets}`, { concurrency: 1 }),
    format,
  });
}

async function requestsOf(call: () => Promise<unknown>): Promise<string[]> {
  test.server.requests.length = 0;
  await call();
  return test.server.requests.map(({ method, key, range, ifMatch, ifNoneMatch }) => {
    const name = key.replace(/^a\//, "").replace(/[0-9a-f-]{36}/, "<uuid>");
    const absent = ifNoneMatch === "*" ? " if absent" : " if another";
    return `${method} ${name}${range === undefined ? "" : ` ${range}`}${
      ifMatch === undefined ? "" : " if same"
    }${ifNoneMatch === undefined ? "" : absent}`;
  });
}

const LEASE = "PUT .tvb/lease.json if absent";
const RELEASE = "DELETE .tvb/lease.json if same";
const ROOT = "GET zarr.json if another";
const COMMIT = "PUT zarr.json if same";

describe("requests to S3", () => {
  it("opening, and listing two hundred nodes: the root", async () => {
    const memory = new MemoryStore();
    const written = new ZarrStorageManager("a", { store: memory });
    for (let i = 0; i < 200; i++) await written.storeData([i], `d${i}`);
    buckets += 1;
    const root = memory.entries().get("a/zarr.json") ?? new Uint8Array(0);
    await test.store(`s3://bucket-${buckets}`).put("a/zarr.json", root);
    expect(await requestsOf(() => openAgain().listNodes())).toEqual(["GET zarr.json"]);
    const m = openAgain();
    expect(await requestsOf(() => m.getMetadata("d7"))).toEqual(["GET zarr.json"]);
    expect(await requestsOf(() => m.getMetadata("d8"))).toEqual([ROOT]);
  });

  it("a row: what spans it, and the root before and after", async () => {
    const m = open();
    await m.storeData(rows(20), "x", { chunks });
    const row = () => openAgain().getData("x", { selection: [9] });
    expect(await requestsOf(row)).toEqual(["GET zarr.json", "GET x/c/2/0 bytes=16-31", ROOT]);
    expect(await requestsOf(() => m.getData("x", { selection: [9] }))).toEqual([
      ROOT,
      "GET x/c/2/0 bytes=16-31",
      ROOT,
    ]);
  });

  it("an appended block: its chunk, the root and the node, between a look at the root and under a lease", async () => {
    const m = open();
    const append = (count: number) => () => m.appendData(rows(count), "x", { growDimension: 0, chunks });
    await append(4)();
    expect(await requestsOf(append(6))).toEqual([
      LEASE,
      ROOT,
      "PUT x/c/1/0 if absent",
      "PUT x/c/2/0 if absent",
      COMMIT,
      "PUT x/zarr.json if same",
      RELEASE,
    ]);
    // The last chunk is not full.
    expect(await requestsOf(append(1))).toEqual([
      LEASE,
      ROOT,
      "GET x/c/2/0",
      "PUT x/c/2/0 if same",
      COMMIT,
      "PUT x/zarr.json if same",
      RELEASE,
    ]);
  });

  it("a new dataset: besides, whether its keys are free", async () => {
    const m = open();
    const store = (name: string) => () => m.storeData(rows(6), name, { chunks });
    const first = await requestsOf(store("x"));
    expect(first.filter((each) => !each.includes("lease"))).toEqual([
      "GET zarr.json",
      "GET .zmetadata",
      "GET .zgroup",
      "GET .zarray",
      "LIST ",
      "LIST x/",
      "PUT zarr.json if absent",
      "PUT x/c/0/0 if absent",
      "PUT x/c/1/0 if absent",
      COMMIT,
      "PUT x/zarr.json if absent",
    ]);
    expect(await requestsOf(store("y"))).toEqual([
      LEASE,
      ROOT,
      "LIST y/",
      "PUT y/c/0/0 if absent",
      "PUT y/c/1/0 if absent",
      COMMIT,
      "PUT y/zarr.json if absent",
      RELEASE,
    ]);
  });

  it("an array without elements, its regions, and that it is complete", async () => {
    const m = open();
    await m.storeData([1], "x");
    const create = () => m.createArray("r", { dtype: "float64", shape: [8, 2], chunks });
    expect(await requestsOf(create)).toEqual([
      LEASE,
      ROOT,
      "LIST r/",
      COMMIT,
      "PUT r/zarr.json if absent",
      RELEASE,
    ]);
    const writer = openAgain();
    const write = (row: number) => () => writer.writeRegion(rows(4), "r", { offset: [row, 0] });
    expect(await requestsOf(write(0))).toEqual(["GET zarr.json", "PUT r/c/0/0", ROOT]);
    expect(await requestsOf(write(4))).toEqual([ROOT, "PUT r/c/1/0", ROOT]);
    expect(await requestsOf(() => m.missingRegions("r"))).toEqual([ROOT, "LIST r/"]);
    expect(await requestsOf(() => m.completeArray("r"))).toEqual([
      LEASE,
      ROOT,
      "LIST r/",
      COMMIT,
      "PUT r/zarr.json if same",
      RELEASE,
    ]);
  });

  it("an overwritten dataset: each chunk is staged, and copied", async () => {
    const m = open();
    await m.storeData(rows(6), "x", { chunks });
    const made = await requestsOf(() => m.storeData(rows(6), "x"));
    const count = (start: string) => made.filter((each) => each.startsWith(start)).length;
    expect({
      chunks: [
        count("PUT .tvb/<uuid>"),
        count("GET .tvb/<uuid>"),
        count("PUT x/c"),
        count("DELETE .tvb/<uuid>"),
      ],
      root: [count("GET zarr.json"), count("PUT zarr.json")],
      lists: count("LIST"),
      lease: [count(LEASE), count(RELEASE)],
      all: made.length,
    }).toEqual({ chunks: [2, 2, 2, 2], root: [3, 2], lists: 2, lease: [1, 1], all: 17 });
  });
});
