import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { checkCallOptions, type OptionRules, optionRules } from "@tvb-storage/files";
import type { Fetch } from "./object-client.js";

/**
 * What becomes of a request: it is done; `"failed"` and `"denied"`: not done, and answered as by a store that is broken,
 * or to one without permission; `"slow"`: done after a while; `"lost"`: done, but the answer never arrives.
 */
export type RequestFate = "done" | "failed" | "denied" | "slow" | "lost";

export interface ObjectServerOptions {
  /** Maximum bytes of one object; default 64 MiB. */
  readonly maxObjectBytes?: number;
  /** Maximum bytes of all objects; default 512 MiB. */
  readonly maxBytes?: number;
}

const OPTIONS: OptionRules<ObjectServerOptions> = {
  maxObjectBytes: optionRules.wholeFrom0,
  maxBytes: optionRules.wholeFrom0,
};

const MIB = 1024 * 1024;
const SLOW_MS = 20;

/**
 * An object store that keeps its objects in memory.
 *
 * | request | answer |
 * | --- | --- |
 * | `GET ?key=k` | the object, or 404 |
 * | `PUT ?key=k` | 204; 413 and 507 where it is too large |
 * | `DELETE ?key=k` | 204, also where there is no such object |
 * | `GET ?prefix=p` | the keys that begin with the prefix, as a list in JSON |
 */
export class ObjectServer {
  /** What is stored, by key. */
  readonly objects = new Map<string, Uint8Array>();
  /** Asked what becomes of each request, `"GET key"`; for tests. Undefined: all are done. */
  onRequest: ((request: string) => RequestFate | Promise<RequestFate>) | undefined;
  readonly #maxObjectBytes: number;
  readonly #maxBytes: number;
  #http: Server | undefined;

  constructor(options?: ObjectServerOptions) {
    const { maxObjectBytes = 64 * MIB, maxBytes = 512 * MIB } = checkCallOptions(
      options,
      OPTIONS,
      "an object server",
    );
    this.#maxObjectBytes = maxObjectBytes;
    this.#maxBytes = maxBytes;
  }

  /** Listens on a free port of this machine, for programs on it only. Resolves to the URL. */
  async listen(): Promise<string> {
    const http = createServer((request, response) => {
      // The client has gone away, or the answer is to be lost.
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#http = http;
    await new Promise<void>((resolve, reject) => {
      http.once("error", reject);
      http.listen(0, "127.0.0.1", resolve);
    });
    const { port } = http.address() as AddressInfo; // it listens on a port
    return `http://127.0.0.1:${port}/`;
  }

  /** Ends `listen`. */
  async close(): Promise<void> {
    const http = this.#http;
    if (http === undefined) return;
    await new Promise<void>((resolve) => {
      http.close(() => resolve());
      http.closeAllConnections();
    });
  }

  /** Answers a request as `fetch` does, without a network. */
  readonly fetch: Fetch = async ({ searchParams: query }, { method, body = new Uint8Array(0) }) => {
    const name = query.get("key") ?? query.get("prefix");
    const fate = (await this.onRequest?.(`${method} ${name}`)) ?? "done";
    if (fate === "failed") return new Response("the store is broken", { status: 503 });
    if (fate === "denied") return new Response("no permission", { status: 403 });
    if (fate === "slow") await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    const response = this.#do(method, query, body);
    if (fate === "lost") throw new TypeError("the answer is lost");
    return response;
  };

  #do(method: string, query: URLSearchParams, body: string | Uint8Array): Response {
    const key = query.get("key");
    const prefix = query.get("prefix");
    if (key === null && prefix !== null && method === "GET")
      return Response.json([...this.objects.keys()].filter((each) => each.startsWith(prefix)));
    if (key === null) return new Response("give a key, or a prefix to GET", { status: 400 });
    if (method === "PUT") return this.#put(key, new Uint8Array(Buffer.from(body))); // a copy
    if (method === "DELETE") {
      this.objects.delete(key);
      return new Response(null, { status: 204 });
    }
    const found = method === "GET" ? this.objects.get(key) : undefined;
    return found === undefined ? new Response(null, { status: 404 }) : new Response(found);
  }

  #put(key: string, content: Uint8Array): Response {
    if (content.length > this.#maxObjectBytes)
      return new Response(`an object has at most ${this.#maxObjectBytes} bytes`, { status: 413 });
    let bytes = content.length - (this.objects.get(key)?.length ?? 0);
    for (const each of this.objects.values()) bytes += each.length;
    if (bytes > this.#maxBytes)
      return new Response(`all objects have at most ${this.#maxBytes} bytes`, { status: 507 });
    this.objects.set(key, content);
    return new Response(null, { status: 204 });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request, this.#maxObjectBytes);
    const url = new URL(request.url ?? "", "http://localhost");
    const answer = await this.fetch(url, { method: request.method ?? "", body });
    response.writeHead(answer.status);
    response.end(new Uint8Array(await answer.arrayBuffer()));
  }
}

/** The body of a request; of one longer than `maxBytes` a part that is longer too. */
async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let kept = 0;
  // It is read to its end: the client sends all of it before it looks for an answer.
  for await (const part of request as AsyncIterable<Uint8Array>) {
    if (kept > maxBytes) continue;
    parts.push(part);
    kept += part.length;
  }
  return Buffer.concat(parts);
}
