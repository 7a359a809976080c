import { readFileSync } from "node:fs";
import { type AsyncFileBytes, blobFile, httpFile, syncAccessFile } from "@tvb-storage/files";
import { FetchedPort } from "@tvb-storage/files/internal";
import { describe, expect, it } from "vitest";
import { open, verify } from "../src/index.js";
import { Hdf5Structure } from "../src/objects/hdf5-structure.js";
import { Hdf5File } from "../src/reader/hdf5-file.js";

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/h5py/${name}.h5`, import.meta.url)));

const FILES = ["layouts-latest", "layouts-earliest", "strings", "compounds", "numbers", "shared-messages"];

interface Source extends AsyncFileBytes {
  requests: number;
  bytes: number;
  most: number;
}

/** Answers after some milliseconds, and counts. */
function slow(bytes: Uint8Array, latencyMs = 0): Source {
  let running = 0;
  const source: Source = {
    size: bytes.length,
    requests: 0,
    bytes: 0,
    most: 0,
    async read(target, position) {
      source.requests += 1;
      running += 1;
      source.most = Math.max(source.most, running);
      await new Promise((resolve) => setTimeout(resolve, latencyMs));
      running -= 1;
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      source.bytes += part.length;
      return part.length;
    },
  };
  return source;
}

async function everything(source: Parameters<typeof open>[0]): Promise<unknown> {
  const file = await open(source, { name: "x.h5" });
  const found: unknown[] = [];
  for (const node of await file.list()) {
    const data =
      node.kind === "dataset" ? await file.read(node.path).catch((error: Error) => error.message) : undefined;
    found.push(
      node,
      data,
      node.kind === "link" || node.kind === "unreadable" ? [] : [...(await file.attributes(node.path))],
    );
  }
  return found;
}

describe("an asynchronous port", () => {
  it.each(FILES)("reads of %s what a synchronous one does", async (name) => {
    const bytes = fixture(name);
    expect(await everything(slow(bytes))).toEqual(await everything(bytes));
    expect(await everything(blobFile(new Blob([bytes])))).toEqual(await everything(bytes));
    const handle = {
      getSize: () => bytes.length,
      read: (target: Uint8Array, { at }: { at: number }) => {
        const part = bytes.subarray(at, at + target.length);
        target.set(part);
        return part.length;
      },
    };
    expect(await everything(syncAccessFile(handle))).toEqual(await everything(bytes));
  });

  it("says what is missing as a synchronous one does", async () => {
    const file = await open(slow(fixture("numbers")), { name: "x.h5" });
    await expect(file.read("/nothing")).rejects.toThrow(/x\.h5 has no dataset \/nothing/);
    await expect(open(slow(new Uint8Array(5000)), { name: "x.h5" })).rejects.toThrow(/not an HDF5 file/);
    await expect(open(slow(new Uint8Array(0)), { name: "x.h5" })).rejects.toThrow(/not an HDF5 file/);
    await expect(verify(slow(fixture("numbers")))).rejects.toThrow(/synchronous port/);
  });

  it("is read several requests at a time, those of neighbours joined", async () => {
    const source = slow(fixture("layouts-latest"), 1);
    const file = await open(source);
    await file.list();
    expect(source.requests).toBeLessThan(8);
    source.requests = 0;
    // All of some fifty datasets of every layout.
    for (const node of await file.list())
      if (node.kind === "dataset") await file.read(node.path).catch(() => 0);
    expect(source.requests).toBeLessThan(40);
  });

  it("fails with the error of its source, in the middle too", async () => {
    const bytes = fixture("layouts-latest");
    const { length } = bytes;
    const whole = slow(bytes);
    await (await open(whole)).list();
    for (let after = 0; after < whole.requests; after += 1) {
      let calls = 0;
      const source = slow(bytes);
      const failing: AsyncFileBytes = {
        size: length,
        async read(target, position) {
          calls += 1;
          if (calls > after) throw new Error("the network is gone");
          return source.read(target, position);
        },
      };
      const listed = async () => (await open(failing)).list();
      await expect(listed()).rejects.toThrow(/the network is gone/);
    }
    const short: AsyncFileBytes = { size: bytes.length, read: async () => 0 };
    await expect(open(short, { name: "x.h5" })).rejects.toThrow(
      /x\.h5: of \d+ bytes at 0 only 0 could be read/,
    );
  });
});

it("a read that is cancelled ends at once, also where an answer never comes", async () => {
  const source = slow(fixture("layouts-latest"));
  // Nothing is fetched ahead, so that the data are not there yet.
  const port = new FetchedPort(source, "x.h5", 0);
  const file = new Hdf5File(await port.step(() => new Hdf5Structure(port, "x.h5")));
  const node = (await file.list()).find(({ filters }) => filters?.includes("gzip"));
  const controller = new AbortController();
  source.read = () => {
    setTimeout(() => controller.abort(), 5);
    return new Promise(() => undefined);
  };
  const reading = file.read(node?.path ?? "", { signal: controller.signal });
  await expect(reading).rejects.toThrow(/cancelled by its signal/);
});

describe("a port that does not do what it should", () => {
  const bytes = fixture("numbers");
  const part = (target: Uint8Array, position: number): number => {
    const found = bytes.subarray(position, position + target.length);
    target.set(found);
    return found.length;
  };
  const reading = (read: (target: Uint8Array, position: number) => unknown) =>
    open({ size: bytes.length, read } as AsyncFileBytes, { name: "x.h5" }).then((file) => file.list());

  it("is said to be it, and the file not to be another", async () => {
    let calls = 0;
    const mixed = reading((target, position) => {
      calls += 1;
      return calls === 1 ? part(target, position) : Promise.resolve(part(target, position));
    });
    await expect(mixed).rejects.toThrow("x.h5: the port's read gave a number first and a promise now");
    await expect(reading(() => undefined)).rejects.toThrow(/x\.h5: the port's read gave undefined/);
    const tooMany = (target: Uint8Array, position: number) => part(target, position) + 1;
    await expect(reading(tooMany)).rejects.toThrow(/x\.h5: the port's read gave \d+ where it read \d+ bytes/);
    await expect(reading(async (...given) => tooMany(...given))).rejects.toThrow(/must give how many/);
    for (const size of [Number.NaN, -1, 1.5])
      await expect(open({ size, read: part })).rejects.toThrow(/from a port \{ size, read \}/);
  });

  it("fails with an exception that names the file and has its error as the cause", async () => {
    const cause = new Error("unplugged");
    const thrown = () => {
      throw cause;
    };
    for (const read of [thrown, async () => thrown()])
      await expect(reading(read)).rejects.toMatchObject({
        name: "FileStorageException",
        message: expect.stringMatching(/^x\.h5: .* bytes at 0 cannot be read \(unplugged\)$/),
        cause,
      });
  });
});

describe("a file on a server", () => {
  const bytes = fixture("numbers");
  interface Server {
    readonly ranges?: boolean;
    readonly failures?: number;
    readonly tags?: readonly string[];
    readonly hides?: boolean;
    readonly encoding?: string;
  }
  const asked: string[] = [];
  function server({ ranges = true, failures = 0, tags = ["a"], hides = false, encoding }: Server = {}) {
    let calls = 0;
    asked.length = 0;
    return async (_url: string, { headers }: { readonly headers: Record<string, string> }) => {
      calls += 1;
      if (calls <= failures) return new Response("", { status: 503, statusText: "busy" });
      asked.push(headers["Range"] ?? "");
      if (!ranges) return new Response(bytes);
      const [, from = 0, to = 0] = (/bytes=(\d+)-(\d+)/.exec(headers["Range"] ?? "") ?? []).map(Number);
      const part = bytes.slice(from, to + 1);
      return new Response(part, {
        status: 206,
        headers: {
          ETag: tags[Math.min(calls, tags.length) - 1] ?? "",
          ...(hides ? {} : { "Content-Range": `bytes ${from}-${from + part.length - 1}/${bytes.length}` }),
          ...(encoding === undefined ? {} : { "Content-Encoding": encoding }),
        },
      });
    };
  }
  const waits: number[] = [];
  const wait = async (ms: number) => {
    waits.push(ms);
  };
  const url = "https://example.org/a.h5";

  it("is read by ranges", async () => {
    const source = await httpFile(url, { fetch: server(), headers: { Authorization: "x" } });
    expect(source.size).toBe(bytes.length);
    expect(await everything(source)).toEqual(await everything(bytes));
    expect(asked[0]).toBe("bytes=0-0");
  });

  it("is asked again where the server is busy, and then given up", async () => {
    waits.length = 0;
    await httpFile(url, { fetch: server({ failures: 2 }), wait });
    expect(waits).toEqual([200, 400]);
    await expect(httpFile(url, { fetch: server({ failures: 9 }), wait, retries: 1 })).rejects.toThrow(
      "https://example.org/a.h5: the server answers 503 busy",
    );
    const gone = async (): Promise<never> => {
      throw new TypeError("fetch failed");
    };
    await expect(httpFile(url, { fetch: gone, wait })).rejects.toThrow(/cannot be reached \(fetch failed\)/);
  });

  it("refuses what is no address without a request", async () => {
    const unused = async (): Promise<never> => {
      throw new Error("no request must be made");
    };
    await expect(httpFile("a folder/x.h5", { fetch: unused })).rejects.toThrow(
      '"a folder/x.h5" is no address; give one such as https://host/file.h5',
    );
  });

  it("is refused with the fix where it cannot be read in parts", async () => {
    await expect(httpFile(url, { fetch: server({ ranges: false }) })).rejects.toThrow(/knows ranges/);
    await expect(httpFile(url, { fetch: server({ hides: true }) })).rejects.toThrow(
      /Access-Control-Expose-Headers/,
    );
    await expect(httpFile(url, { fetch: server({ encoding: "gzip" }) })).rejects.toThrow(/encodes the file/);
    const empty = async () => new Response("", { status: 416, headers: { "Content-Range": "bytes */0" } });
    await expect(httpFile(url, { fetch: empty })).rejects.toThrow(/has an empty file/);
    const missing = async () => new Response("", { status: 404, statusText: "Not Found" });
    await expect(httpFile(url, { fetch: missing })).rejects.toThrow(/answers 404 Not Found/);
  });

  it("that changes meanwhile is noticed", async () => {
    const source = await httpFile(url, { fetch: server({ tags: ["a", "a", "b"] }) });
    await expect(everything(source)).rejects.toThrow(/was changed while it was read/);
  });

  it("is not read on after its signal", async () => {
    const controller = new AbortController();
    const source = await httpFile(url, { fetch: server(), signal: controller.signal });
    controller.abort();
    await expect(open(source)).rejects.toThrow(/cancelled/);
  });
});
