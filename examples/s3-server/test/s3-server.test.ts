import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { AwsClient } from "aws4fetch";
import { afterEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { type S3Server, type S3ServerOptions, startS3Server } from "../src/index.js";

const folder = temporaryFolder("s3-server");
let server: S3Server | undefined;
afterEach(() => server?.close());

/** A request that `aws4fetch` signs. */
type Send = (path: string, init?: RequestInit) => Promise<Response>;

async function start(options: S3ServerOptions = {}): Promise<Send> {
  server = await startS3Server(options);
  const { url, credentials } = server;
  const client = new AwsClient({ ...credentials, service: "s3", region: "eu-north-1", retries: 0 });
  return (path, init) => client.fetch(url + path, init);
}

const put = (send: Send, path: string, body: string, headers: Record<string, string> = {}) =>
  send(path, { method: "PUT", body, headers });
const codeOf = async (answer: Response) => [
  answer.status,
  /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1],
];
const keysOf = (xml: string) => [...xml.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key);
const tokenOf = (xml: string) => /<NextContinuationToken>(.*)<\/NextContinuationToken>/.exec(xml)?.[1];

describe.each([
  ["in memory", () => ({})],
  ["in a folder", () => ({ folder: folder("objects") })],
])("a server that keeps objects %s", (_, options) => {
  it("gives what was put, whole, in parts, and not again where it is unchanged", async () => {
    const send = await start(options());
    const etag = '"e80b5017098950fc58aad83c8c14978e"'; // md5 of abcdef
    const first = await put(send, "/bucket/a/b", "abcdef");
    expect([first.status, first.headers.get("etag")]).toEqual([200, etag]);
    const whole = await send("/bucket/a/b");
    expect([whole.status, await whole.text(), whole.headers.get("etag")]).toEqual([200, "abcdef", etag]);
    for (const [range, status, text] of [
      ["bytes=1-2", 206, "bc"],
      ["bytes=4-99", 206, "ef"],
      ["bytes=4-", 206, "ef"],
      ["bytes=-2", 206, "ef"],
      ["bytes=-99", 206, "abcdef"],
      ["bytes=3-2", 200, "abcdef"],
      ["lines=1-2", 200, "abcdef"],
    ] as const) {
      const part = await send("/bucket/a/b", { headers: { Range: range } });
      expect([part.status, await part.text()], range).toEqual([status, text]);
    }
    expect(await codeOf(await send("/bucket/a/b", { headers: { Range: "bytes=6-" } }))).toEqual([
      416,
      "InvalidRange",
    ]);
    expect((await send("/bucket/a/b", { headers: { "If-None-Match": etag } })).status).toBe(304);
    expect((await send("/bucket/a/b", { headers: { "If-None-Match": '"x"' } })).status).toBe(200);
    expect((await send("/bucket/a/b", { headers: { "If-Match": '"x"' } })).status).toBe(412);
    const head = await send("/bucket/a/b", { method: "HEAD" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "6", ""]);
    expect((await send("/bucket/a/b", { method: "DELETE" })).status).toBe(204);
    expect((await send("/bucket/a/b", { method: "DELETE" })).status).toBe(204);
    expect(await codeOf(await send("/bucket/a/b"))).toEqual([404, "NoSuchKey"]);
  });

  it("puts only where its conditions hold, for one of several", async () => {
    const send = await start(options());
    const ifAbsent = { "If-None-Match": "*" };
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) => put(send, "/bucket/lease", `writer ${n}`, ifAbsent)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
    const etag = answers.find(({ status }) => status === 200)?.headers.get("etag") ?? "";
    const replaced = await Promise.all(
      [1, 2, 3].map((n) => put(send, "/bucket/lease", `next ${n}`, { "If-Match": etag })),
    );
    expect(replaced.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    expect(await codeOf(await put(send, "/bucket/lease", "x", { "If-Match": etag }))).toEqual([
      412,
      "PreconditionFailed",
    ]);
    expect((await put(send, "/bucket/none", "x", { "If-Match": etag })).status).toBe(404);
    expect((await put(send, "/bucket/none", "x", { "If-None-Match": etag })).status).toBe(501);
    expect((await send("/bucket/lease", { method: "DELETE", headers: { "If-Match": etag } })).status).toBe(
      412,
    );
    await send("/bucket/lease", { method: "DELETE" });
  });

  it("keeps keys of any characters apart", async () => {
    const keys = ["a", "a/b", "a/b/c", "a//b", "a/", "/a", "...", "größe x+y~'(*)", "é", "e\u0301"];
    const long = [`${"x".repeat(199)}..`, `${"語".repeat(300)}`, `${".".repeat(900)}`, 'con\\:?|<>"&\u0001'];
    const all = [...keys, ...long];
    let send = await start(options());
    const raw = (key: string) => `/bucket/${encodeURIComponent(key).replaceAll("%2F", "/")}`;
    for (const key of all) expect((await put(send, raw(key), `of ${key}`)).status, key).toBe(200);
    if ("folder" in options()) {
      await server?.close();
      send = await start(options());
    }
    for (const key of all) expect(await (await send(raw(key))).text()).toBe(`of ${key}`);
    const listed = await (await send("/bucket/?list-type=2&encoding-type=url")).text();
    const decoded = keysOf(listed).map((key) => decodeURIComponent((key ?? "").replaceAll("+", " ")));
    expect(decoded).toEqual([...all].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    for (const key of all) expect((await send(raw(key), { method: "DELETE" })).status).toBe(204);
    expect(keysOf(await (await send("/bucket/?list-type=2")).text())).toEqual([]);
    expect((await put(send, `/bucket/${"x".repeat(1025)}`, "")).status).toBe(400);
  });

  it("lists what begins with a prefix, by pages, and folders where a delimiter is given", async () => {
    const send = await start(options());
    for (const key of ["a/1", "a/2", "a/b/3", "a/b/4", "a/c/5", "b", "&<x"])
      await put(send, `/bucket/${encodeURI(key)}`, key);
    const list = async (query: string) => (await send(`/bucket?list-type=2&${query}`)).text();
    expect(keysOf(await list("prefix=a/"))).toEqual(["a/1", "a/2", "a/b/3", "a/b/4", "a/c/5"]);
    expect(keysOf(await list("prefix=%26"))).toEqual(["&#38;&#60;x"]);
    expect(keysOf(await list("prefix=a/&start-after=a/2&max-keys=1"))).toEqual(["a/b/3"]);
    const pages: unknown[] = [];
    for (let token: string | undefined = ""; token !== undefined; ) {
      const page: string = await list(`max-keys=3${token && `&continuation-token=${token}`}`);
      pages.push(keysOf(page));
      token = tokenOf(page);
    }
    expect(pages).toEqual([["&#38;&#60;x", "a/1", "a/2"], ["a/b/3", "a/b/4", "a/c/5"], ["b"]]);
    const folders: unknown[] = [];
    for (let token: string | undefined = ""; token !== undefined; ) {
      const page: string = await list(
        `prefix=a/&delimiter=/&max-keys=2${token && `&continuation-token=${token}`}`,
      );
      folders.push([
        keysOf(page),
        [...page.matchAll(/<Prefix>([^<]*)<\/Prefix><\/Common/g)].map(([, each]) => each),
      ]);
      token = tokenOf(page);
    }
    expect(folders).toEqual([
      [["a/1", "a/2"], []],
      [[], ["a/b/", "a/c/"]],
    ]);
    expect((await send("/bucket?list-type=2&max-keys=x")).status).toBe(400);
    for (const key of ["a/1", "a/2", "a/b/3", "a/b/4", "a/c/5", "b", "&<x"])
      await send(`/bucket/${encodeURI(key)}`, { method: "DELETE" });
  });
});

it("files have the names of keys and nothing but their content, and what did not arrive is removed", async () => {
  const root = folder("plain");
  const send = await start({ folder: root });
  await put(send, "/bucket/a.zarr/x/c/0/1", "chunk");
  await put(send, "/bucket/a.zarr/.zgroup", "{}");
  expect(readFileSync(`${root}/bucket/a.zarr/x/c/0/1`, "utf8")).toBe("chunk");
  expect(readFileSync(`${root}/bucket/a.zarr/.zgroup`, "utf8")).toBe("{}");
  await put(send, "/bucket/a.zarr", "an object where there is a folder");
  expect(await (await send("/bucket/a.zarr")).text()).toBe("an object where there is a folder");
  expect(await (await send("/bucket/a.zarr/.zgroup")).text()).toBe("{}");
  writeFileSync(`${root}/.arriving/half`, "half");
  await server?.close();
  await start({ folder: root });
  expect(readdirSync(`${root}/.arriving`)).toEqual([]);
});

it("takes buckets as the host's name, too", async () => {
  const send = await start();
  await put(send, "/bucket/a", "abc");
  const { url = "", credentials = { accessKeyId: "", secretAccessKey: "" } } = server ?? {};
  const client = new AwsClient({ ...credentials, service: "s3" });
  const address = `${url.replace("127.0.0.1", "bucket.localhost")}/a`;
  const { headers } = await client.sign(address);
  const { request } = await import("node:http");
  const text = await new Promise((resolve) =>
    request(
      `${url}/a`,
      { headers: { ...Object.fromEntries(headers), host: new URL(address).host } },
      async (answer) => resolve((await answer.toArray()).join("")),
    ).end(),
  );
  expect(text).toBe("abc");
});

describe("a request is refused", () => {
  it("that is not signed, but for reading where that is public", async () => {
    const send = await start({ publicRead: true });
    await put(send, "/bucket/a", "abc");
    const address = `${server?.url}/bucket/a`;
    expect(await (await fetch(address)).text()).toBe("abc");
    expect((await fetch(`${server?.url}/bucket?list-type=2`)).status).toBe(200);
    expect(await codeOf(await fetch(address, { method: "PUT", body: "x" }))).toEqual([403, "AccessDenied"]);
    expect(await codeOf(await fetch(address, { method: "DELETE" }))).toEqual([403, "AccessDenied"]);
    await server?.close();
    await start();
    expect(await codeOf(await fetch(`${server?.url}/bucket/a`))).toEqual([403, "AccessDenied"]);
  });

  it("whose body is not the one that was signed", async () => {
    const send = await start();
    const hash = "0".repeat(64);
    expect(await codeOf(await put(send, "/bucket/a", "abc", { "X-Amz-Content-Sha256": hash }))).toEqual([
      400,
      "XAmzContentSHA256Mismatch",
    ]);
    expect(await codeOf(await put(send, "/bucket/a", "abc", { "Content-MD5": "AAAA" }))).toEqual([
      400,
      "BadDigest",
    ]);
    const streaming = { "X-Amz-Content-Sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" };
    expect((await put(send, "/bucket/a", "abc", streaming)).status).toBe(501);
    expect((await send("/bucket/a")).status).toBe(404);
  });

  it("for what is not there: a bucket, an operation", async () => {
    const send = await start({ buckets: ["bucket"] });
    expect(await codeOf(await send("/other/a"))).toEqual([404, "NoSuchBucket"]);
    expect((await send("/bucket", { method: "HEAD" })).status).toBe(200);
    expect(await codeOf(await send("/bucket/a?acl"))).toEqual([501, "NotImplemented"]);
    expect(await codeOf(await send("/bucket/a?uploads", { method: "POST" }))).toEqual([
      501,
      "NotImplemented",
    ]);
    expect(await codeOf(await send("/bucket", { method: "DELETE" }))).toEqual([405, "MethodNotAllowed"]);
    expect(await codeOf(await send("/B/a"))).toEqual([400, "InvalidBucketName"]);
    expect(await codeOf(await send("/bucket/%FF"))).toEqual([400, "InvalidURI"]);
  });
});

it("requests meet the fate that a test wants, and are counted", async () => {
  const send = await start();
  await put(send, "/bucket/a", "abc");
  const fates = ["denied", "failed", "throttled"] as const;
  for (const [i, status] of [403, 500, 503].entries()) {
    if (server) server.onRequest = () => fates[i];
    expect((await send("/bucket/a")).status).toBe(status);
  }
  const fate = (fate: "cut" | "lost" | "hang") => {
    if (server) server.onRequest = ({ method }) => (method === "PUT" ? fate : undefined);
  };
  fate("cut");
  await expect(put(send, "/bucket/a", "cut")).rejects.toThrow("fetch failed");
  expect(await (await send("/bucket/a")).text()).toBe("abc");
  fate("lost");
  await expect(put(send, "/bucket/a", "lost")).rejects.toThrow("fetch failed");
  expect(await (await send("/bucket/a")).text()).toBe("lost");
  fate("hang");
  await expect(
    send("/bucket/a", { method: "PUT", body: "x", signal: AbortSignal.timeout(50) }),
  ).rejects.toThrow("aborted");
  const counted = server?.requests.map(({ method, key, status, receivedBytes, sentBytes }) => [
    method,
    key,
    status,
    receivedBytes,
    sentBytes,
  ]);
  expect(counted?.[0]).toEqual(["PUT", "a", 200, 3, 0]);
  // Requests without an answer may be made twice: `fetch` itself repeats some whose connection was closed.
  expect(counted?.filter(([method]) => method === "GET").slice(-2)).toEqual([
    ["GET", "a", 200, 0, 3],
    ["GET", "a", 200, 0, 4],
  ]);
  const unanswered = counted?.filter(([, , status]) => status === 0);
  expect(unanswered?.[0]).toEqual(["PUT", "a", 0, 0, 0]);
  expect(unanswered).toContainEqual(["PUT", "a", 0, 4, 0]);
});
