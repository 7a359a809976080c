import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Page } from "playwright-core";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { localServer, useChromium } from "../support/chromium.js";
import { runPython, temporaryFolder } from "../support/h5py.js";
import { chromium, describeWith, h5py } from "../support/judges.js";

// A page reads files of a server of another origin.

const MAKE = `
with h5py.File(sys.argv[1], "w") as f:
    for i in range(300):
        f[f"subject_{i % 10}/run_{i}"] = np.full(4, i)
    data = np.arange(3_000_000.0)
    data[1::2] = np.random.default_rng(1).random(1_500_000)
    f.create_dataset("packed", data=data, compression=1, chunks=(20_000,))
    f.create_dataset("plain", data=data.reshape(300, 10_000))
`;

const PAGE = `
import { httpFile, open, slice } from "@tvb-storage/hdf5";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";

globalThis.list = async (url) => (await (await open(await httpFile(url))).list()).length;
globalThis.packed = async (url, options) => {
  const { data } = await (await open(await httpFile(url))).read("/packed", options);
  return [data.length, data[2_999_998]];
};
globalThis.column = async (url) => {
  const file = new HDF5StorageManager(url, { port: await httpFile(url) });
  const { data } = await file.getData("plain", { selection: [slice(null, null, 10), 4] });
  return [data.length, data[29]];
};
globalThis.failed = (work) => work.catch((error) => error.message);
/** Cancels the file, or the call that reads it, while the server is to answer. */
globalThis.cancelled = async (url, isFile) => {
  const stop = new AbortController();
  const { signal } = stop;
  const file = await open(await httpFile(url, isFile ? { signal } : {}));
  await file.info("/packed");
  await fetch(url + "?stuck");
  const reading = failed(file.read("/packed", isFile ? {} : { signal }));
  setTimeout(() => stop.abort(), 50);
  return reading;
};
`;

const LATENCY_MS = 20;

describeWith(chromium, h5py)("a page reads a file on a server by ranges", () => {
  const folder = temporaryFolder("http-ranges");
  const browser = useChromium();
  let bytes = new Uint8Array();
  /** What was asked of the server, how many of them at a time, and what it sent. */
  let seen = { requests: 0, others: 0, running: 0, most: 0, bytes: 0, unanswered: 0 };
  let isStuck = false;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? "", server.address);
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
    response.setHeader("Access-Control-Allow-Origin", "*");
    if (pathname !== "/hidden.h5") response.setHeader("Access-Control-Expose-Headers", "Content-Range, ETag");
    if (range === null || pathname === "/whole.h5") {
      response.end(bytes);
      return;
    }
    const [from, to] = [Number(range[1]), Number(range[2])];
    const part = bytes.subarray(from, to + 1);
    seen.bytes += part.length;
    response.writeHead(206, {
      "Content-Range": `bytes ${from}-${from + part.length - 1}/${bytes.length}`,
      "Cache-Control": "max-age=3600",
      ETag: pathname === "/changing.h5" && seen.requests > 5 ? '"second"' : '"first"',
    });
    response.end(part);
  }

  const server = localServer((request, response) => {
    if (request.url?.endsWith("?stuck") === true) {
      isStuck = true;
      response.setHeader("Access-Control-Allow-Origin", "*").end();
      return;
    }
    seen.requests += 1;
    // A page asks by OPTIONS first where a request is not simple.
    if (request.method !== "GET") seen.others += 1;
    seen.running += 1;
    seen.most = Math.max(seen.most, seen.running);
    response.on("close", () => {
      seen.running -= 1;
      if (!response.writableFinished) seen.unanswered += 1;
    });
    if (!isStuck) setTimeout(() => answer(request, response), LATENCY_MS);
  });

  beforeAll(() => {
    runPython(MAKE, folder("a.h5"));
    bytes = new Uint8Array(readFileSync(folder("a.h5")));
  }, 60_000);
  let page: Page | undefined;
  beforeEach(async () => {
    page = (await browser.open({ main: PAGE })).page;
    seen = { requests: 0, others: 0, running: 0, most: 0, bytes: 0, unanswered: 0 };
    isStuck = false;
  });

  async function run(call: string): Promise<unknown> {
    return page?.evaluate(call.replace(/\/\w+\.h5/, (path) => `${server.address}${path}`));
  }

  it("in few requests, several at a time, and no byte of another time", async () => {
    expect(await run('list("/a.h5")')).toBe(312);
    expect(seen.requests).toBeLessThan(20);
    expect(seen.bytes).toBeLessThan(bytes.length / 4);
    expect(seen.others).toBe(0);

    seen = { ...seen, requests: 0, most: 0, bytes: 0 };
    expect(await run('packed("/a.h5")')).toEqual([3_000_000, 2_999_998]);
    expect(seen.requests).toBeLessThan(20);
    expect(seen.most).toBeGreaterThan(1);
    expect(seen.bytes).toBeLessThan(bytes.length - 3_000_000 * 8 + 1024 * 1024);

    seen = { ...seen, requests: 0, most: 0, bytes: 0 };
    expect(await run('column("/a.h5")')).toEqual([30, 2_900_004]);
    expect(seen.requests).toBeLessThan(40);
    expect(seen.most).toBeGreaterThan(3);
    expect(seen.bytes).toBeLessThan(1024 * 1024);
  });

  it("not one that has no ranges, that hides them, or that changes", async () => {
    expect(await run('failed(list("/whole.h5"))')).toMatch(/whole\.h5: the server .* knows ranges/);
    expect(await run('failed(list("/hidden.h5"))')).toMatch(/Access-Control-Expose-Headers/);
    seen.requests = 0;
    expect(await run('failed(list("/changing.h5"))')).toMatch(/was changed while it was read/);
  });

  it("not after the signal of the file, whose requests end, or of the call", async () => {
    expect(await run('cancelled("/a.h5", true)')).toMatch(/a\.h5 was not read: cancelled by its signal/);
    await expect.poll(() => seen.unanswered).toBeGreaterThan(0);
    isStuck = false;
    expect(await run('cancelled("/a.h5", false)')).toMatch(/reading .*packed: cancelled by its signal/);
  });
});
