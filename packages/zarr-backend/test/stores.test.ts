import { execFileSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { blobFile } from "@tvb-storage/files";
import { createMemoryFs } from "@tvb-storage/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { itWith, plainPython } from "../../../test/support/judges.ts";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { crc32 } from "../src/codecs/crc.ts";
import {
  HttpStore,
  MemoryStore,
  type ObjectStore,
  ZarrStorageManager,
  ZipStore,
  zarrBackendOf,
} from "../src/index.ts";
import { FolderStore } from "../src/stores/folder-store.ts";
import { startTestServer, type TestServer } from "./s3/s3-server.ts";

let s3: TestServer;
beforeAll(async () => {
  s3 = await startTestServer();
});
afterAll(() => s3.server.close());

const bytes = (...numbers: number[]): Uint8Array => Uint8Array.from(numbers);

async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  return (await store.list(prefix)).map(({ key }) => key).sort();
}

describe.each([
  ["memory", () => new MemoryStore()],
  [
    "a folder",
    () => {
      const fs = createMemoryFs();
      fs.mkdirSync("/data");
      return new FolderStore(fs, "/data/a.zarr");
    },
  ],
  ["S3", () => s3.store(`s3://bucket/${randomUUID()}`)],
] as const satisfies readonly (readonly [string, () => ObjectStore])[])("a store in %s", (_, open) => {
  it("gives what was put, whole and in parts, and nothing for a key that it has not", async () => {
    const store = open();
    await store.put("a/b/c", bytes(1, 2, 3, 4));
    expect((await store.get("a/b/c"))?.bytes).toEqual(bytes(1, 2, 3, 4));
    expect(await store.getRange("a/b/c", { offset: 1, length: 2 })).toEqual(bytes(2, 3));
    expect(await store.getRange("a/b/c", { offset: 3, length: 9 })).toEqual(bytes(4));
    expect(await store.getRange("a/b/c", { suffix: 3 })).toEqual(bytes(2, 3, 4));
    expect(await store.getRange("a/b/c", { suffix: 9 })).toEqual(bytes(1, 2, 3, 4));
    for (const key of ["a/b", "a/b/c/d", "x"]) {
      expect(await store.get(key)).toBeUndefined();
      expect(await store.getRange(key, { offset: 0, length: 1 })).toBeUndefined();
    }
  });

  it("lists what begins with a prefix, also in the middle of a name", async () => {
    const store = open();
    for (const key of ["x/c/0/1", "x/c/1/0", "xy", "y/z"]) await store.put(key, bytes(1));
    expect(await keysOf(store, "")).toEqual(["x/c/0/1", "x/c/1/0", "xy", "y/z"]);
    expect(await keysOf(store, "x")).toEqual(["x/c/0/1", "x/c/1/0", "xy"]);
    expect(await keysOf(store, "x/")).toEqual(["x/c/0/1", "x/c/1/0"]);
    expect(await keysOf(store, "x/c/1")).toEqual(["x/c/1/0"]);
    expect(await keysOf(store, "nothing/")).toEqual([]);
  });

  it("puts where nothing is for one of several, and leaves what is there", async () => {
    const store = open();
    const done = await Promise.all([1, 2, 3].map((n) => store.putIfAbsent("lease", bytes(n))));
    expect(done.filter((each) => each !== undefined)).toHaveLength(1);
    const [first] = (await store.get("lease"))?.bytes ?? [];
    expect(done[(first ?? 0) - 1]).toBeDefined();
    expect(await store.putIfAbsent("lease", bytes(9))).toBeUndefined();
    expect(await keysOf(store, "")).toEqual(["lease"]);
  });

  it("deletes, also what is not there", async () => {
    const store = open();
    await store.put("a/b/c", bytes(1));
    await store.delete("a/b/c");
    await store.delete("a/b/c");
    expect(await keysOf(store, "")).toEqual([]);
  });
});

it("a folder does not follow links out of it, but may be one itself", async () => {
  const fs = createMemoryFs();
  for (const folder of ["/data", "/outside"]) fs.mkdirSync(folder);
  const m = new ZarrStorageManager("/data/a.zarr", { fs });
  await m.storeData(Uint8Array.of(1, 2), "x");
  await m.storeData(Uint8Array.of(3, 4), "g/y");
  await m.closeFile();
  fs.writeFileSync("/outside/secret", "ab");
  fs.unlinkSync("/data/a.zarr/x/c/0");
  fs.symlinkSync("/outside/secret", "/data/a.zarr/x/c/0");
  fs.renameSync("/data/a.zarr/g", "/outside/g");
  fs.symlinkSync("/outside/g", "/data/a.zarr/g");
  for (const name of ["x", "g/y"])
    await expect(m.getData(name)).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining("is a symbolic link"),
    });
  fs.symlinkSync("/data/a.zarr", "/data/link.zarr");
  expect(await new ZarrStorageManager("/data/link.zarr", { fs }).getDataShape("x")).toEqual([2]);
});

it("memory refuses to change another version than the one that was read, and gives content only where it changed", async () => {
  const store = new MemoryStore([["a", bytes(1)]]);
  const { version = "" } = (await store.get("a")) ?? {};
  expect(await store.list("")).toEqual([{ key: "a", version, size: 1 }]);
  expect(await store.getIfChanged("a", version)).toBe("unchanged");
  const now = await store.put("a", bytes(2), { ifVersion: version });
  const failed = { code: "FILE_STORAGE", message: expect.stringContaining("of memory was changed") };
  await expect(store.put("a", bytes(3), { ifVersion: version })).rejects.toMatchObject(failed);
  await expect(store.put("b", bytes(3), { ifVersion: version })).rejects.toMatchObject(failed);
  await expect(store.delete("a", { ifVersion: version })).rejects.toMatchObject(failed);
  expect(await store.getIfChanged("a", version)).toEqual({ bytes: bytes(2), version: now });
  await store.delete("a", { ifVersion: now });
  await store.delete("a", { ifVersion: now });
  expect(await store.getIfChanged("a", version)).toBeUndefined();
});

/** A hierarchy with a series, in memory. */
async function filled(): Promise<MemoryStore> {
  const store = new MemoryStore();
  const m = zarrBackendOf(store).open("a b.zarr");
  await m.storeData(
    Float64Array.from({ length: 10 }, (_, i) => i),
    "größe/x",
    { chunks: [3], compression: "gzip" },
  );
  await m.setMetadata({ unit: "mV" }, "größe/x");
  await m.closeFile();
  return store;
}

describe("a hierarchy on a web server", () => {
  const requests: string[] = [];
  let url = "";
  let close = (): void => undefined;
  beforeAll(async () => {
    const objects = (await filled()).entries();
    const server = createServer((request, response) => {
      const key = decodeURIComponent(request.url ?? "").slice(1);
      requests.push(key + (request.headers["if-none-match"] === undefined ? "" : " if changed"));
      const found = objects.get(key);
      const etag = `"${createHash("md5")
        .update(found ?? "")
        .digest("hex")}"`;
      const isKnown = found !== undefined && request.headers["if-none-match"] === etag;
      const status = key.startsWith("closed") ? 403 : found === undefined ? 404 : isKnown ? 304 : 200;
      response.writeHead(status, { etag }).end(isKnown ? undefined : found);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    close = () => server.close();
  });
  afterAll(() => close());

  it("is read, with a request for the metadata before and after and one for each chunk", async () => {
    const m = new ZarrStorageManager("a b.zarr", { store: new HttpStore(url) });
    requests.length = 0;
    const { data } = await m.getData("größe/x", { selection: [{ start: 4, stop: 7, step: 1 }] });
    expect([...data]).toEqual([4, 5, 6]);
    expect(requests).toEqual([
      "a b.zarr/zarr.json",
      "a b.zarr/größe/x/c/1",
      "a b.zarr/größe/x/c/2",
      "a b.zarr/zarr.json if changed",
    ]);
    expect(await m.getMetadata("größe/x")).toEqual({ unit: "mV" });
    expect((await m.listNodes()).map(({ path }) => path)).toEqual(["/größe", "/größe/x"]);
  });

  it("is not written, and what is not there or closed is said", async () => {
    const store = new HttpStore(`${url}/`);
    const m = new ZarrStorageManager("a b.zarr", { store });
    await expect(m.setMetadata({ a: 1 })).rejects.toMatchObject({
      code: "FILE_STRUCTURE",
      message: expect.stringContaining("is only read"),
    });
    await expect(new ZarrStorageManager("b.zarr", { store }).getData("x")).rejects.toMatchObject({
      code: "FILE_STRUCTURE",
      message: expect.stringContaining("there is no such file"),
    });
    await expect(new ZarrStorageManager("closed", { store }).getData("x")).rejects.toMatchObject({
      code: "FILE_STRUCTURE",
      message: expect.stringContaining("the server answers 403"),
    });
  });

  it("is asked again where the network or the server fails for the moment", async () => {
    const waits: number[] = [];
    let count = 0;
    const failing = (fail: (count: number) => Promise<Response>) => {
      count = 0;
      waits.length = 0;
      return new HttpStore(url, {
        headers: { authorization: "me" },
        fetch: (address, init) => {
          expect(init.headers["authorization"]).toBe("me");
          count += 1;
          return count < 3 ? fail(count) : globalThis.fetch(address, init);
        },
        wait: async (ms) => void waits.push(ms),
      });
    };
    const failures = [
      () => Promise.reject(new TypeError("connection reset")),
      async () => new Response(null, { status: 503 }),
      async () => new Response(null, { status: 429 }),
    ];
    for (const fail of failures) {
      expect((await failing(fail).get("a b.zarr/zarr.json"))?.bytes.length).toBeGreaterThan(100);
      expect(waits).toEqual([200, 400]);
    }
    const never = new HttpStore(url, {
      fetch: failures[1] ?? fetch,
      retries: 1,
      wait: async () => undefined,
    });
    await expect(never.get("x")).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringMatching(/\/x cannot be read: the server answers 503$/),
    });
  });

  it("is not waited for longer than the caller wants", async () => {
    const silent: typeof fetch = (_, init) =>
      new Promise((_, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      });
    const store = new HttpStore(url, { fetch: silent, timeoutMs: 20, retries: 0 });
    await expect(store.get("x")).rejects.toThrow("no answer within 20 ms (timeoutMs)");
    const patient = new HttpStore(url, { fetch: silent });
    const call = patient.get("x", { signal: AbortSignal.timeout(20) });
    await expect(call).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining("was not read"),
    });
  });

  it("asks whether something changed by ETags that are not of this very second", async () => {
    const now = Date.UTC(2026, 0, 1);
    const answer = (ageMs: number): HttpStore =>
      new HttpStore(url, {
        fetch: async () =>
          new Response("{}", {
            headers: {
              etag: '"a"',
              date: new Date(now).toUTCString(),
              "last-modified": new Date(now - ageMs).toUTCString(),
            },
          }),
      });
    expect((await answer(1000).get("x"))?.version).toBeUndefined();
    expect((await answer(2000).get("x"))?.version).toBe('"a"');
  });

  it("has an address of http", () => {
    expect(() => new HttpStore("ftp://host")).toThrow('begins with http:// or https://, not "ftp://host"');
  });
});

describe("a hierarchy in a ZIP archive", () => {
  const folder = temporaryFolder("zip-store");
  const zipped = async (compression: string): Promise<ZipStore> => {
    const objects = [...(await filled()).entries()].map(([key, content]) => [
      key,
      Buffer.from(content).toString("hex"),
    ]);
    const script = `
import sys, json, zipfile
with zipfile.ZipFile(sys.argv[1], "w", getattr(zipfile, sys.argv[2])) as z:
  for key, content in json.load(sys.stdin):
    # force_zip64: as entries that may become long are written
    with z.open(key, "w", force_zip64=True) as f: f.write(bytes.fromhex(content))
  z.comment = b"a comment"`;
    const path = folder(`${compression}.zip`);
    execFileSync(plainPython.command, ["-c", script, path, compression], { input: JSON.stringify(objects) });
    return ZipStore.open(blobFile(new Blob([readFileSync(path)])), path);
  };

  itWith(plainPython)("is read, whether its entries are stored or deflated", async () => {
    for (const compression of ["ZIP_STORED", "ZIP_DEFLATED"]) {
      const store = await zipped(compression);
      const m = new ZarrStorageManager("a b.zarr", { store });
      expect([...(await m.getData("größe/x")).data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(await m.getMetadata("größe/x")).toEqual({ unit: "mV" });
      const whole = (await store.get("a b.zarr/zarr.json"))?.bytes ?? bytes();
      expect(await store.getRange("a b.zarr/zarr.json", { suffix: 5 })).toEqual(whole.slice(-5));
      expect(await store.getRange("a b.zarr/zarr.json", { offset: 3, length: 4 })).toEqual(whole.slice(3, 7));
    }
  });

  itWith(plainPython)("is not read where its parts do not agree", async () => {
    const path = folder("agree.zip");
    const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as z:
  z.writestr("a", b"first"); z.writestr("b", b"other")`;
    execFileSync(plainPython.command, ["-c", script, path]);
    const good = readFileSync(path);
    const directory = good.indexOf("PK\x01\x02");
    const second = good.indexOf("PK\x01\x02", directory + 4);
    const end = good.indexOf("PK\x05\x06");
    const changed = (at: number, value: number): Promise<ZipStore> => {
      const archive = Buffer.from(good);
      archive.writeUInt32LE(value, at);
      return ZipStore.open(blobFile(new Blob([archive])), "x.zip");
    };
    const damaged = await changed(good.indexOf("first"), 0);
    await expect(damaged.get("a")).rejects.toThrow(
      'the entry "a" of x.zip cannot be read: it is damaged: its CRC is',
    );
    expect((await damaged.get("b"))?.bytes).toEqual(new TextEncoder().encode("other"));
    const overlapping = await changed(second + 42, 0);
    for (const read of [overlapping.get("b"), overlapping.getRange("b", { offset: 0, length: 1 })])
      await expect(read).rejects.toThrow('the entry "b" is not where its directory says');
    const longer = await changed(directory + 24, 50);
    for (const read of [longer.get("a"), longer.getRange("a", { offset: 4, length: 40 })])
      await expect(read).rejects.toThrow("it has 5 bytes, not 50");
    await expect(changed(end + 8, 0x00010001)).rejects.toThrow("more than the 1 entries that it says");
    const bomb = Buffer.from(good);
    bomb.writeUInt16LE(8, directory + 10);
    bomb.writeUInt32LE(2 ** 31, directory + 24);
    const store = await ZipStore.open(blobFile(new Blob([bomb])), "x.zip");
    await expect(store.get("a")).rejects.toThrow("its 2147483648 bytes are more than can be read at once");
    const refusing = await ZipStore.open(blobFile(new Blob([good])), "x.zip", {
      refusal: ({ name, headerAt }) => (name === "a" && headerAt === 0 ? "it is not wanted" : undefined),
    });
    expect(await refusing.list("a")).toEqual([]);
    for (const read of [refusing.get("a"), refusing.getRange("a", { offset: 0, length: 1 })])
      await expect(read).rejects.toThrow('the entry "a" of x.zip cannot be read: it is not wanted');
  });

  it("is checked by the same checksum in a page", () => {
    const digits = new TextEncoder().encode("123456789");
    expect(crc32(digits)).toBe(0xcbf43926);
    expect(crc32(digits.subarray(4), crc32(digits.subarray(0, 4)))).toBe(0xcbf43926);
  });

  it("is no archive where it has no directory", async () => {
    for (const content of [bytes(), bytes(1, 2, 3), new Uint8Array(100)])
      await expect(ZipStore.open(blobFile(new Blob([content])), "x.zip")).rejects.toMatchObject({
        code: "FILE_STRUCTURE",
        message: expect.stringContaining("x.zip is no ZIP archive"),
      });
  });
});
