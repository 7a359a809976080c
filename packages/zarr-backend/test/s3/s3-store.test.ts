import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RequestFate } from "../../../../examples/s3-server/src/index.ts";
import { S3Store, type StoreLock, ZarrStorageManager, zarrBackendOf } from "../../src/index.ts";
import { startTestServer, type TestServer } from "./s3-server.ts";

const bytes = (...numbers: number[]): Uint8Array => Uint8Array.from(numbers);
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

let test: TestServer;
beforeAll(async () => {
  test = await startTestServer({ buckets: ["bucket"], region: "us-east-1", pageSize: 20 });
});
afterAll(() => test.server.close());
afterEach(() => {
  test.server.onRequest = undefined;
});

/** The requests of `work`: method, key, status. */
async function requestsOf(work: () => Promise<unknown>): Promise<string[]> {
  test.server.requests.length = 0;
  await work().catch(() => undefined);
  return test.server.requests.map(({ method, key, status }) => `${method} ${key} ${status}`);
}

/** The first requests have these fates, and those after them are done. */
function fates(...wanted: RequestFate[]): void {
  const left = [...wanted];
  test.server.onRequest = () => left.shift() ?? "done";
}

describe("a store in S3", () => {
  it("keeps keys of any characters, beneath its prefix", async () => {
    const store = test.store("s3://bucket/a b/größe+~*'()/");
    expect(store.label).toBe("s3://bucket/a b/größe+~*'()");
    const keys = [
      "x",
      "a b+c~d(1)*'!.:@&=$,;?#[]%2F%",
      "é/e\u0301/語",
      "a//b",
      "x/c/0/1",
      '\u0001\u007f<&>"',
      "...",
    ];
    for (const key of keys) await store.put(key, text(key));
    for (const key of keys) expect((await store.get(key))?.bytes, key).toEqual(text(key));
    expect((await store.list("")).map(({ key }) => key).sort()).toEqual([...keys].sort());
    expect((await store.list("a b+")).map(({ key }) => key)).toEqual(["a b+c~d(1)*'!.:@&=$,;?#[]%2F%"]);
    expect(await test.store("s3://bucket").get("a b/größe+~*'()/x")).toMatchObject({ bytes: text("x") });
    for (const key of keys) await store.delete(key);
    expect(await store.list("")).toEqual([]);
    for (const key of ["..", "a/./b"])
      await expect(store.put(key, text(key))).rejects.toThrow("no part of its name may be . or ..");
  });

  it("gives versions that lists, puts and reads agree on", async () => {
    const store = test.store();
    const version = await store.put("a", bytes(1, 2, 3));
    expect(await store.get("a")).toEqual({ bytes: bytes(1, 2, 3), version });
    expect(await store.list("a")).toEqual([{ key: "a", version, size: 3 }]);
    expect(await store.getIfChanged("a", version ?? "")).toBe("unchanged");
    expect(await store.getIfChanged("a", '"other"')).toEqual({ bytes: bytes(1, 2, 3), version });
    expect(await store.getIfChanged("none", version ?? "")).toBeUndefined();
  });

  it("gives no bytes beyond the end, or where none are asked for", async () => {
    const store = test.store();
    await store.put("a", bytes(1, 2, 3));
    await store.put("empty", bytes());
    for (const range of [{ offset: 3, length: 2 }, { offset: 1, length: 0 }, { suffix: 0 }])
      expect(await store.getRange("a", range)).toEqual(bytes());
    expect(await store.getRange("empty", { suffix: 4 })).toEqual(bytes());
    expect(await store.getRange("none", { offset: 0, length: 0 })).toBeUndefined();
    const whole = test.store(undefined, {
      // A store that does not know ranges.
      fetch: (url, { headers: { Range: _, range: __, ...headers }, ...init }) =>
        fetch(url, { ...init, headers }),
    });
    expect(await whole.getRange("a", { offset: 1, length: 1 })).toEqual(bytes(2));
    expect(await whole.getRange("a", { suffix: 2 })).toEqual(bytes(2, 3));
  });

  it("changes an object only where it is the version that was read", async () => {
    const store = test.store();
    const first = await store.put("v", bytes(1));
    const second = await store.put("v", bytes(2), { ifVersion: first });
    const conflict = {
      code: "FILE_STORAGE",
      message: expect.stringContaining("was changed by another writer"),
    };
    await expect(store.put("v", bytes(3), { ifVersion: first })).rejects.toMatchObject(conflict);
    await expect(store.delete("v", { ifVersion: first })).rejects.toMatchObject(conflict);
    await expect(store.put("gone", bytes(3), { ifVersion: first })).rejects.toMatchObject(conflict);
    expect(await store.putIfAbsent("v", bytes(4))).toBeUndefined();
    await store.delete("v", { ifVersion: second });
    await store.delete("v", { ifVersion: second });
    expect(await store.get("v")).toBeUndefined();
  });

  it("lists more than a page", async () => {
    const store = test.store("s3://bucket/pages");
    const keys = Array.from({ length: 45 }, (_, i) => `c/${String(i).padStart(4, "0")}`);
    await Promise.all(keys.map((key) => store.put(key, bytes(1))));
    let found: readonly string[] = [];
    const requests = await requestsOf(async () => {
      found = (await store.list("c/")).map(({ key }) => key);
    });
    expect(found).toEqual(keys);
    expect(requests).toEqual(Array(3).fill("LIST pages/c/ 200"));
  });

  it("makes no more requests at once than it is told to", async () => {
    let now = 0;
    let most = 0;
    const store = test.store(undefined, {
      concurrency: 3,
      fetch: async (url, init) => {
        now += 1;
        most = Math.max(most, now);
        const answer = await fetch(url, init);
        now -= 1;
        return answer;
      },
    });
    await Promise.all(Array.from({ length: 20 }, (_, i) => store.get(String(i))));
    expect(most).toBe(3);
  });
});

describe("a request that fails for the moment", () => {
  it.each(["failed", "throttled", "cut", "lost"] as const)("is repeated: %s", async (fate) => {
    const store = test.store();
    await store.put("r", bytes(1));
    fates(fate, fate);
    expect((await store.get("r"))?.bytes).toEqual(bytes(1));
    fates(fate);
    expect((await store.list("r")).length).toBe(1);
    fates(fate);
    await store.put("r", bytes(2));
    fates(fate);
    await store.delete("r");
    expect(await store.get("r")).toBeUndefined();
  });

  it("is waited for a random time before, which doubles, and given up in the end", async () => {
    const waits: number[] = [];
    const store = test.store(undefined, { wait: async (ms) => void waits.push(ms) });
    test.server.onRequest = () => "throttled";
    await expect(store.get("r")).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message:
        "s3://bucket/r cannot be read: the store answers 503 SlowDown; there are too many requests for it: lower the option concurrency",
    });
    expect(waits).toHaveLength(5);
    for (const [i, ms] of waits.entries()) {
      expect(ms).toBeGreaterThanOrEqual(100 * 2 ** i);
      expect(ms).toBeLessThanOrEqual(200 * 2 ** i);
    }
  });

  it("ends when its time is over, or its caller ends it, also while it waits", async () => {
    test.server.onRequest = () => "hang";
    const impatient = test.store(undefined, { timeoutMs: 30, retries: 1 });
    await expect(impatient.get("r")).rejects.toThrow(
      "s3://bucket/r cannot be read: no answer within 30 ms (timeoutMs)",
    );
    const { server } = test;
    const own = { endpoint: server.url, credentials: server.credentials, env: {} };
    const cancelled = { code: "FILE_STORAGE", message: "s3://bucket/r was not put: cancelled by its signal" };
    const signal = AbortSignal.timeout(30);
    await expect(new S3Store("s3://bucket", own).put("r", bytes(1), { signal })).rejects.toMatchObject(
      cancelled,
    );
    test.server.onRequest = () => "failed";
    const waiting = new S3Store("s3://bucket", own).put("r", bytes(1), { signal: AbortSignal.timeout(50) });
    await expect(waiting).rejects.toMatchObject(cancelled);
  });

  it("is not repeated where it is a change, and the lease may have ended meanwhile", async () => {
    const store = test.store(undefined, {
      leaseMs: 100,
      wait: () => new Promise((resolve) => setTimeout(resolve, 110)),
    });
    fates("failed");
    await expect(store.put("late", bytes(1))).rejects.toThrow("s3://bucket/late cannot be put: ");
    expect(await store.get("late")).toBeUndefined();
    fates("failed");
    expect(await store.get("late")).toBeUndefined();
  });

  it("that was a conditional put has done it, where the object is what was put", async () => {
    const store = test.store();
    fates("lost");
    const stored = await store.putIfAbsent("once", text("mine"));
    expect(stored?.version).toBe((await store.get("once"))?.version);
    fates("lost", "lost");
    const version = await store.put("once", text("mine again"), { ifVersion: stored?.version });
    expect((await store.get("once"))?.version).toBe(version);
  });

  it("by `fetch` itself, which does not say so, has done it, too", async () => {
    let isFirst = true;
    const store = test.store(undefined, {
      fetch: async (url, init) => {
        if (init.method === "PUT" && isFirst) {
          isFirst = false;
          await fetch(url, init);
        }
        return fetch(url, init);
      },
    });
    const stored = await store.putIfAbsent("twice", text("mine"));
    isFirst = true;
    await store.put("twice", text("mine again"), { ifVersion: stored?.version });
    expect((await store.get("twice"))?.bytes).toEqual(text("mine again"));
  });

  it("that was a conditional put has not, where another one was there before", async () => {
    const store = test.store();
    await store.put("theirs", text("theirs"));
    fates("cut");
    expect(await store.putIfAbsent("theirs", text("mine"))).toBeUndefined();
    expect((await store.get("theirs"))?.bytes).toEqual(text("theirs"));
  });

  it("and which another writer has followed says that its outcome is not known", async () => {
    const store = test.store();
    const other = test.store();
    let version = await store.put("both", text("before"));
    const unknown = { code: "FILE_STORAGE", message: expect.stringContaining("is not known") };
    for (const change of [
      () => store.put("both", text("mine"), { ifVersion: version }),
      () => store.delete("both", { ifVersion: version }),
    ]) {
      let count = 0;
      test.server.onRequest = async ({ method }) => {
        if (method === "HEAD") return "done";
        count += 1;
        // Between the two attempts of the first store.
        if (count === 2) version = await other.put("both", text(`theirs ${Math.random()}`));
        return count === 1 ? "lost" : "done";
      };
      await expect(change()).rejects.toMatchObject(unknown);
    }
  });
});

describe("what is wrong is said, with what helps and without a secret", () => {
  const secret = "a-secret-that-nobody-may-see";
  const refused = async (options: object, url = "s3://bucket"): Promise<string> => {
    const store = test.store(url, options);
    const error: unknown = await store.get("x").then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).toMatchObject({ code: "FILE_STRUCTURE" });
    const { message } = error as Error;
    expect(message).not.toContain(secret);
    return message;
  };
  const credentials = (more: object) => ({ credentials: { ...test.server.credentials, ...more } });

  it.each([
    [
      "secret",
      () => credentials({ secretAccessKey: secret }),
      "403 SignatureDoesNotMatch; check the credentials",
    ],
    ["key", () => credentials({ accessKeyId: "other" }), "403 InvalidAccessKeyId; check the credentials"],
    [
      "token",
      () => credentials({ sessionToken: secret }),
      "400 InvalidToken; the credentials are temporary ones that are over",
    ],
    [
      "region",
      () => ({ region: "eu-north-1" }),
      "the bucket is in us-east-1: give the option region or set AWS_REGION",
    ],
    [
      "user",
      () => ({ credentials: undefined, anonymous: true }),
      "403 AccessDenied; it is not public: give credentials",
    ],
  ])("another %s", async (_, options, message) => {
    expect(await refused(options())).toContain(
      `s3://bucket/x cannot be read: the store answers ${message}`.slice(-message.length),
    );
  });

  it("another bucket, no right, another address, a clock that is wrong", async () => {
    expect(await refused({}, "s3://other")).toContain(
      "404 NoSuchBucket; there is no bucket other at http://127.0.0.1:",
    );
    fates("denied");
    expect(await refused({})).toContain("403 AccessDenied; these credentials may not do this");
    const answering = (status: number, body = "", headers = {}) => ({
      fetch: async () => new Response(body || null, { status, headers }),
    });
    expect(await refused(answering(301, "", { "x-amz-bucket-region": "eu-west-1" }))).toContain(
      "the bucket is in eu-west-1",
    );
    expect(await refused(answering(307))).toContain("it is at another address");
    expect(await refused(answering(403, "<Error><Code>RequestTimeTooSkewed</Code></Error>"))).toContain(
      "set the clock",
    );
    expect(
      await refused(answering(400, "<Error><Code>Odd</Code><Message>it &lt; that</Message></Error>")),
    ).toBe('s3://bucket/x cannot be read: the store answers 400 Odd ("it < that")');
    const page = test.store(undefined, answering(200, "<html>a page</html>"));
    await expect(page.list("")).rejects.toThrow(
      "the answer is no list of S3 (it is no ListBucketResult); is the endpoint right?",
    );
  });

  it("no credentials, half of them, both kinds, no address", () => {
    const make =
      (options: object, url = "s3://bucket") =>
      () =>
        new S3Store(url, { env: {}, ...options });
    expect(make({})).toThrow(
      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give S3Store the option credentials",
    );
    expect(make({ env: { AWS_ACCESS_KEY_ID: "a" } })).toThrow("there are no credentials for S3");
    expect(make({ anonymous: true, credentials: { accessKeyId: "a", secretAccessKey: "b" } })).toThrow(
      "not both",
    );
    expect(make({ anonymous: true }, "https://bucket")).toThrow(
      'is s3://bucket or s3://bucket/prefix, not "https://bucket"',
    );
    expect(make({ anonymous: true, endpoint: "ftp://host" })).toThrow(
      'is https://host or http://host:port, not "ftp://host"',
    );
    expect(make({ regoin: "x" })).toThrow("did you mean region?");
    expect(make({ credentials: { accessKeyId: "a", secret: "b" } })).toThrow(
      'credentials has no option "secret"',
    );
    expect(make({ credentials: { accessKeyId: "a", secretAccessKey: 5 } })).toThrow(
      "secretAccessKey of credentials",
    );
    expect(make({ lock: "yes" })).toThrow('"lease" or "none"');
  });
});

describe("where a bucket is", () => {
  /** The address and the headers of a request. */
  const asked = async (url: string, options: object): Promise<[string, Record<string, string>]> => {
    let seen: [string, Record<string, string>] = ["", {}];
    const fetch = async (address: string, { headers }: { headers: Record<string, string> }) => {
      seen = [address, headers];
      return new Response(null, { status: 404 });
    };
    await new S3Store(url, { fetch, ...options }).get("k");
    return seen;
  };
  const env = { AWS_ACCESS_KEY_ID: "AK", AWS_SECRET_ACCESS_KEY: "SK" };

  it.each([
    ["s3://bucket/p/", { env }, "https://bucket.s3.us-east-1.amazonaws.com/p/k"],
    [
      "s3://bucket",
      { env: { ...env, AWS_DEFAULT_REGION: "eu-west-1" } },
      "https://bucket.s3.eu-west-1.amazonaws.com/k",
    ],
    [
      "s3://bucket",
      { env: { ...env, AWS_REGION: "cn-north-1", AWS_DEFAULT_REGION: "x" } },
      "https://bucket.s3.cn-north-1.amazonaws.com.cn/k",
    ],
    ["s3://a.bucket", { env }, "https://s3.us-east-1.amazonaws.com/a.bucket/k"],
    ["s3://bucket", { env: { ...env, AWS_ENDPOINT_URL: "http://host:9" } }, "http://host:9/bucket/k"],
    [
      "s3://bucket",
      { env: { ...env, AWS_ENDPOINT_URL: "http://host", AWS_ENDPOINT_URL_S3: "http://s3/x/" } },
      "http://s3/x/bucket/k",
    ],
    ["s3://bucket", { env, endpoint: "https://host", pathStyle: false }, "https://bucket.host/k"],
  ])("%s with %o", async (url, options, address) => {
    expect((await asked(url, options))[0]).toBe(address);
  });

  it("is asked with the token of temporary credentials, and without a signature by nobody", async () => {
    const [, headers] = await asked("s3://bucket", { env: { ...env, AWS_SESSION_TOKEN: "T" } });
    expect(headers["x-amz-security-token"]).toBe("T");
    expect(headers["authorization"]).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AK\/\d{8}\/us-east-1\/s3\/aws4_request, /,
    );
    const [, none] = await asked("s3://bucket", { anonymous: true, env });
    expect(none).toEqual({});
  });
});

describe("writers of a bucket", () => {
  it("are kept apart by a lease, which takes one request and its removal", async () => {
    const [one, two] = [test.store("s3://bucket/w"), test.store("s3://bucket/w", { lockTimeoutMs: 30 })];
    await (await one.lock?.("a.zarr/"))?.release();
    await (await two.lock?.("a.zarr/"))?.release();
    let lease: StoreLock | undefined;
    const requests = await requestsOf(async () => {
      lease = await one.lock?.("a.zarr/");
    });
    expect(requests).toEqual(["PUT w/a.zarr/.tvb/lease.json 200"]);
    expect(lease).toMatchObject({ tookOver: false, canBeLost: true });
    await expect(two.lock?.("a.zarr/")).rejects.toThrow(
      /s3:\/\/bucket\/w is being written by process \d+ of /,
    );
    await (await two.lock?.("b.zarr/"))?.release();
    await lease?.assertHeld();
    expect(await requestsOf(async () => lease?.release())).toEqual(["DELETE w/a.zarr/.tvb/lease.json 204"]);
    expect(await one.list("")).toEqual([]);
  });

  it("find out once whether their store looks at conditions", async () => {
    const store = test.store("s3://bucket/p");
    const requests = await requestsOf(async () => (await store.lock?.(""))?.release());
    expect(requests.sort()).toEqual([
      "DELETE p/.tvb/lease.json 204",
      "DELETE p/.tvb/lease.json 412",
      "GET p/.tvb/lease.json 200",
      "GET p/.tvb/lease.json 200",
      "PUT p/.tvb/lease.json 200",
      "PUT p/.tvb/lease.json 412",
      "PUT p/.tvb/lease.json 412",
    ]);
    expect(await requestsOf(async () => (await store.lock?.(""))?.release())).toHaveLength(2);
  });

  it.each([
    [["PUT If-None-Match"], "If-None-Match: *"],
    [["PUT If-Match"], "If-Match"],
    [["PUT If-None-Match", "PUT If-Match", "DELETE If-Match"], "If-None-Match: * and If-Match"],
  ] as const)("are not kept apart by a store that takes no notice of %j", async (ignores, missing) => {
    const { server, store } = await startTestServer({ ignores });
    const m = new ZarrStorageManager("a.zarr", { store: store() });
    await expect(m.storeData([1], "x")).rejects.toMatchObject({
      code: "FILE_STRUCTURE",
      message: expect.stringContaining(
        `its store does not look at ${missing} of a PUT; where only one program writes at a time, give S3Store the option lock: "none"`,
      ),
    });
    expect(await store().list("")).toEqual([]);
    const alone = zarrBackendOf(store(undefined, { lock: "none" }));
    expect(alone.supports.crossProcessLock).toBe(false);
    expect(zarrBackendOf(store()).supports.crossProcessLock).toBe(true);
    if (missing === "If-Match") {
      await alone.open("a.zarr").storeData([1], "x");
      expect([...(await m.getData("x")).data]).toEqual([1]);
    }
    await server.close();
  });

  it("look before they remove, where a store does so without a condition", async () => {
    const { server, store } = await startTestServer({ ignores: ["DELETE If-Match"] });
    const one = store();
    const lease = await one.lock?.("");
    expect(lease).toMatchObject({ tookOver: false, canBeLost: true });
    await lease?.assertHeld();
    await lease?.release(true);
    expect(await store().lock?.("")).toMatchObject({ tookOver: true });
    await one.delete(".tvb/lease.json");
    const version = await one.put("a", bytes(1));
    await one.put("a", bytes(2));
    await expect(one.delete("a", { ifVersion: version })).rejects.toThrow("was changed by another writer");
    const now = (await one.get("a"))?.version;
    await one.delete("a", { ifVersion: now });
    await one.delete("a", { ifVersion: now });
    expect(await one.list("")).toEqual([]);
    await server.close();
  });
});
