import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

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

export interface ObjectServer {
  readonly url: string;
  /** What is stored, by key. */
  readonly objects: Map<string, Uint8Array>;
  /** Asked what becomes of each request, `"GET key"`; for tests. Undefined: all are done. */
  onRequest: ((request: string) => RequestFate) | undefined;
  close(): Promise<void>;
}

const SLOW_MS = 20;

/** What is sent back: a status, with the bytes of an object or a text. */
interface Answer {
  readonly status: number;
  readonly body?: Uint8Array | string;
}

/**
 * Starts an object store that keeps its objects in memory, on a free port of this machine only.
 *
 * | request | answer |
 * | --- | --- |
 * | `GET ?key=k` | the object, or 404 |
 * | `PUT ?key=k` | 204; 413 and 507 where it is too large |
 * | `DELETE ?key=k` | 204, also where there is no such object |
 * | `GET ?prefix=p` | the keys that begin with the prefix, as a list in JSON |
 */
export async function startObjectServer(options: ObjectServerOptions = {}): Promise<ObjectServer> {
  const { maxObjectBytes = 64 * 1024 * 1024, maxBytes = 512 * 1024 * 1024 } = options;
  const objects = new Map<string, Uint8Array>();

  function put(key: string, body: Uint8Array | undefined): Answer {
    if (body === undefined) return { status: 413, body: `an object has at most ${maxObjectBytes} bytes` };
    let bytes = body.length - (objects.get(key)?.length ?? 0);
    for (const each of objects.values()) bytes += each.length;
    if (bytes > maxBytes) return { status: 507, body: `all objects have at most ${maxBytes} bytes` };
    objects.set(key, body);
    return { status: 204 };
  }

  function answerTo(
    method: string | undefined,
    query: URLSearchParams,
    body: Uint8Array | undefined,
  ): Answer {
    const key = query.get("key");
    if (key === null) {
      const prefix = query.get("prefix");
      if (method !== "GET" || prefix === null) return { status: 400, body: "give a key, or a prefix to GET" };
      return {
        status: 200,
        body: JSON.stringify([...objects.keys()].filter((each) => each.startsWith(prefix))),
      };
    }
    if (method === "PUT") return put(key, body);
    if (method === "DELETE") {
      objects.delete(key);
      return { status: 204 };
    }
    const found = method === "GET" ? objects.get(key) : undefined;
    return found === undefined ? { status: 404 } : { status: 200, body: found };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const query = new URL(request.url ?? "", "http://localhost").searchParams;
    const body = await bodyOf(request, maxObjectBytes);
    const fate = server.onRequest?.(`${request.method} ${query.get("key") ?? query.get("prefix")}`) ?? "done";
    if (fate === "failed") return send(response, { status: 503, body: "the store is broken" });
    if (fate === "denied") return send(response, { status: 403, body: "no permission" });
    if (fate === "slow") await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    const answer = answerTo(request.method, query, body);
    if (fate === "lost") response.destroy();
    else send(response, answer);
  }

  const http = createServer((request, response) => {
    // The client has gone away.
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(0, "127.0.0.1", resolve);
  });
  const { port } = http.address() as AddressInfo; // it listens on a port
  const server: ObjectServer = {
    url: `http://127.0.0.1:${port}/`,
    objects,
    onRequest: undefined,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status);
  response.end(body);
}

/** The body of a request; undefined where it is longer than `maxBytes`. */
async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // What is too long is read to its end, but not kept: the client sends all of it before it looks for an answer.
  for await (const part of request as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes <= maxBytes) parts.push(part);
  }
  return bytes > maxBytes ? undefined : new Uint8Array(Buffer.concat(parts));
}
