import { createServer, type Socket } from "node:net";
import { runStorageManagerRules, storageManagerRules } from "@tvb-storage/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { ObjectClient, ObjectServer, type ObjectServerOptions, remoteBackend } from "../src/index.js";
import { kitOptions, overHttp } from "./kit-options.js";

async function served(options?: ObjectServerOptions): Promise<{ server: ObjectServer; url: string }> {
  const server = new ObjectServer(options);
  onTestFinished(() => server.close());
  return { server, url: await server.listen() };
}

/** A server that does with each connection what is wrong with it. */
async function brokenServer(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : address}/`;
}

describe("by HTTP", () => {
  const names = [
    "errors: files that are missing, foreign, damaged or closed to us",
    "what is stored",
    "a remote store",
  ];

  test.each(names)("the rules about %s hold", async (name) => {
    const groups = storageManagerRules.filter((group) => group.name === name);
    expect(groups).toHaveLength(1);
    const failed: unknown[] = [];
    for await (const { outcome, rule, error } of runStorageManagerRules(remoteBackend, {
      ...kitOptions(overHttp),
      groups,
    }))
      if (outcome === "failed") failed.push({ rule, error });
    expect(failed).toEqual([]);
  });

  test("objects have any bytes, and keys any characters", async () => {
    const { server, url } = await served();
    const client = new ObjectClient(url);
    const content = Uint8Array.from({ length: 10_000 }, (_, i) => i);
    const keys = ["a", "..", "a/b", "a%2Fb", "ä ?&=#", "\u{1F9E0}"];
    for (const key of keys) await client.put(key, content);
    expect([...server.objects.keys()]).toEqual(keys);
    for (const key of keys) expect(await client.get(key)).toEqual(content);
    expect(await client.list("a")).toEqual(["a", "a/b", "a%2Fb"]);
    await client.delete("a");
    await client.delete("a");
    expect(await client.get("a")).toBeUndefined();
    expect(await client.list("a")).toEqual(["a/b", "a%2Fb"]);
  });
});

describe("what a client meets", () => {
  test.each([
    ["get", (client: ObjectClient) => client.get("k")],
    ["put", (client: ObjectClient) => client.put("k", "text")],
    ["delete", (client: ObjectClient) => client.delete("k")],
    ["list", (client: ObjectClient) => client.list("k")],
  ])("%s is a FileStorageException where no answer comes in time", async (_, call) => {
    const client = new ObjectClient(await brokenServer(() => undefined), { timeoutMs: 50 });
    await expect(call(client)).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining("no answer within 50 ms"),
    });
  });

  test.each([
    ["nobody listens", undefined],
    ["the connection is cut before an answer", (socket: Socket) => socket.destroy()],
    [
      "the answer is cut",
      (socket: Socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it"),
    ],
    ["it is not HTTP", (socket: Socket) => socket.end("hello\r\n\r\n")],
  ])("it is a FileStorageException with its cause where %s", async (_, onConnection) => {
    const url = onConnection === undefined ? "http://127.0.0.1:1/" : await brokenServer(onConnection);
    const client = new ObjectClient(url);
    const failed = { code: "FILE_STORAGE", cause: expect.any(Error) };
    await expect(client.get("k")).rejects.toMatchObject(failed);
    await expect(client.put("k", "text")).rejects.toMatchObject(failed);
    await expect(client.list("")).rejects.toMatchObject(failed);
  });

  test("a list that is none is a FileStorageException", async () => {
    const fetch = async () => Response.json({ keys: [] });
    await expect(new ObjectClient("http://localhost/", { fetch }).list("")).rejects.toMatchObject({
      code: "FILE_STORAGE",
    });
  });

  test("a misspelled option is refused", () => {
    // @ts-expect-error: there is no such option
    expect(() => new ObjectClient("http://localhost/", { timeout: 1 })).toThrow("timeoutMs");
  });
});

describe("the server", () => {
  test("refuses objects that are too large, and goes on", async () => {
    const { server, url } = await served({ maxObjectBytes: 1000, maxBytes: 1500 });
    const client = new ObjectClient(url);
    await client.put("a", new Uint8Array(1000));
    await expect(client.put("b", new Uint8Array(1001))).rejects.toThrow("at most 1000 bytes");
    await expect(client.put("b", new Uint8Array(1_000_000))).rejects.toThrow("at most 1000 bytes");
    await expect(client.put("b", new Uint8Array(501))).rejects.toThrow("all objects have at most 1500 bytes");
    await client.put("b", new Uint8Array(500));
    await client.put("a", new Uint8Array(900));
    expect([...server.objects].map(([key, { length }]) => [key, length])).toEqual([
      ["a", 900],
      ["b", 500],
    ]);
  });

  test("refuses what is no request of a store", async () => {
    const { url } = await served();
    expect((await fetch(url)).status).toBe(400);
    expect((await fetch(`${url}?prefix=a`, { method: "DELETE" })).status).toBe(400);
    expect((await fetch(`${url}?key=a`, { method: "POST" })).status).toBe(404);
  });

  test("a file that is too large for it is refused, and is as it was", async () => {
    const { server, url } = await served({ maxObjectBytes: 10_000 });
    const manager = remoteBackend.open("/a.tvb", { store: new ObjectClient(url) });
    await manager.storeData([1, 2], "x");
    const before = new Map(server.objects);
    await expect(manager.storeData(new Float64Array(5000), "y")).rejects.toMatchObject({
      code: "FILE_STORAGE",
    });
    expect(server.objects).toEqual(before);
    expect((await manager.getData("x")).data).toEqual(Float64Array.of(1, 2));
  });
});

describe("the backend", () => {
  test("says that it needs a store, and which options it has", () => {
    expect(() => remoteBackend.open("/a.tvb")).toThrow("needs the option store: new ObjectClient(url)");
    const misspelled: object = { stroe: new ObjectClient("http://localhost/") };
    expect(() => remoteBackend.open("/a.tvb", misspelled)).toThrow("did you mean store");
  });

  test("refuses a path that cannot be a key", async () => {
    const store = new ObjectClient("http://localhost/", { fetch: new ObjectServer().fetch });
    await expect(remoteBackend.open("/a\ud800.tvb", { store }).getData("x")).rejects.toMatchObject({
      code: "FILE_STRUCTURE",
      message: expect.stringContaining("half of a surrogate pair"),
    });
  });

  test("leaves objects that are not its own where they are", async () => {
    const server = new ObjectServer();
    const store = new ObjectClient("http://localhost/", { fetch: server.fetch });
    const manager = remoteBackend.open("/a.tvb", { store });
    await manager.storeData([1], "x");
    await store.put(`${encodeURIComponent("/a.tvb")}/notes.txt`, "of a user");
    await manager.storeData([2], "x");
    expect([...server.objects.keys()].map((key) => key.split("/")[1])).toContain("notes.txt");
    expect(server.objects.size).toBe(3);
  });
});
