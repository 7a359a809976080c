import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import {
  type Answer,
  answerTo,
  type ClientRequest,
  type IgnoredCondition,
  type ServerRules,
} from "./answer.js";
import { FolderContents } from "./folder-contents.js";
import { type LocalFetch, localFetch, settled, UNANSWERED } from "./local-fetch.js";
import { MemoryContents } from "./object-contents.js";
import { ObjectIndex } from "./object-index.js";
import type { RequestFate, S3Request } from "./requests.js";
import type { S3Credentials } from "./signature.js";
import { type StoredObjects, storedObjects } from "./stored-objects.js";

export interface S3ServerOptions {
  /** Where objects are kept; default: in memory, until it is closed. */
  readonly folder?: string;
  /** Who may do everything; default: a key that was made for this server alone. */
  readonly credentials?: S3Credentials;
  /** Requests that are not signed may read and list; default false. */
  readonly publicRead?: boolean;
  /** Requests that are not signed may change everything, too; default false. */
  readonly publicWrite?: boolean;
  /** Default: a free one. */
  readonly port?: number;
  /** The region that signatures must name; default: any. */
  readonly region?: string;
  /** The only buckets that there are; default: every name is a bucket, empty at first. */
  readonly buckets?: readonly string[];
  /** Conditions of changes that it takes no notice of, as some stores do; default: none. */
  readonly ignores?: readonly IgnoredCondition[];
  /** Objects in a page of a list at most; default 1000. */
  readonly pageSize?: number;
  /** Asked what becomes of each request before it is done; default: all are done. */
  readonly onRequest?: (request: S3Request) => RequestFate | Promise<RequestFate> | undefined;
  /** Keeps `requests`; default true. */
  readonly keepRequests?: boolean;
}

export interface S3Server {
  /** `http://127.0.0.1:<port>`. Buckets are also at `http://<bucket>.localhost:<port>`. */
  readonly url: string;
  readonly credentials: S3Credentials;
  /** Every request that was made, in the order of their arrival; may be emptied. */
  readonly requests: S3Request[];
  /** Asked what becomes of each request from now on. */
  onRequest: S3ServerOptions["onRequest"];
  /** What is stored, without a request. */
  readonly objects: StoredObjects;
  /** Answers a request as the global `fetch` does, without a network; for tests that make very many. */
  readonly fetch: LocalFetch;
  close(): Promise<void>;
}

/**
 * Starts an S3-compatible object store for programs of this machine.
 *
 * @throws what Node says where the port is taken or the folder cannot be used.
 */
export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const { folder, port = 0, keepRequests = true } = options;
  const credentials = options.credentials ?? { accessKeyId: newKey(), secretAccessKey: newKey() };
  const contents = folder === undefined ? new MemoryContents() : new FolderContents(resolve(folder));
  const rules: ServerRules = {
    index: await ObjectIndex.load(contents),
    credentials,
    publicRead: options.publicRead ?? false,
    publicWrite: options.publicWrite ?? false,
    region: options.region,
    buckets: options.buckets,
    pageSize: options.pageSize ?? 1000,
    ignores: options.ignores ?? [],
  };
  const http = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await listen(http, port);
  const answer = (request: ClientRequest): Promise<Answer> =>
    answerTo(request, rules, async (asked) => {
      if (keepRequests) server.requests.push(asked);
      return (await server.onRequest?.(asked)) ?? "done";
    });
  const server: S3Server = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, // it listens on a port
    credentials,
    requests: [],
    onRequest: options.onRequest,
    objects: storedObjects(rules.index),
    fetch: localFetch(answer),
    close: () => close(http),
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { fate, status, headers, body } = await settled(await answer(request));
    if (fate === "cut" || fate === "lost") response.destroy();
    if (UNANSWERED.has(fate)) return;
    response.writeHead(status, {
      "x-amz-request-id": randomUUID(),
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Expose-Headers": "*",
      ...headers,
    });
    if (typeof body === "object") await pipeline(body, response);
    else response.end(body);
  }
  return server;
}

function listen(http: Server, port: number): Promise<void> {
  return new Promise((done, failed) => {
    http.once("error", failed);
    http.listen(port, "127.0.0.1", done);
  });
}

function close(http: Server): Promise<void> {
  return new Promise((done) => {
    http.close(() => done());
    http.closeAllConnections();
  });
}

function newKey(): string {
  return randomUUID().replaceAll("-", "");
}
