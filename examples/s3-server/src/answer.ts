import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { listObjects } from "./list-objects.js";
import { type ObjectAddress, objectAddress } from "./object-address.js";
import {
  type Conditions,
  type IndexedObject,
  isMatch,
  noSuchKey,
  type ObjectIndex,
  preconditionFailed,
} from "./object-index.js";
import type { RequestFate, S3Request } from "./requests.js";
import { S3Error } from "./s3-error.js";
import { checkSignature, payloadHash, type S3Credentials, type SignedRequest } from "./signature.js";

export interface ServerRules {
  readonly index: ObjectIndex;
  readonly credentials: S3Credentials;
  readonly publicRead: boolean;
  readonly publicWrite: boolean;
  readonly region: string | undefined;
  readonly buckets: readonly string[] | undefined;
  readonly pageSize: number;
  readonly ignores: readonly IgnoredCondition[];
}

/** A request as it comes; a connection's message is one. Its parts are those of the body. */
export interface ClientRequest extends AsyncIterable<Uint8Array> {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<IncomingHttpHeaders>;
}

export type IgnoredCondition = "PUT If-None-Match" | "PUT If-Match" | "DELETE If-Match";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: string | Readable | undefined;
  readonly fate: RequestFate;
  /** Undefined where it is no request of S3's. */
  readonly asked?: S3Request;
}

type Done = Pick<Answer, "status" | "headers" | "body">;

/** Does a request as `decide` says. Never rejects for what a client sent. */
export async function answerTo(
  request: ClientRequest,
  rules: ServerRules,
  decide: (asked: S3Request) => Promise<RequestFate>,
): Promise<Answer> {
  const { method = "", url: target = "/", headers } = request;
  // A page asks whether it may send these headers.
  if (method === "OPTIONS") return { status: 200, headers: allowed(headers), fate: "done" };
  const signed: SignedRequest = { method, target, headers };
  let asked: S3Request | undefined;
  let fate: RequestFate = "done";
  try {
    const address = objectAddress(target, headers.host);
    asked = requestOf(method, address, headers);
    fate = await decide(asked);
    if (fate === "cut" || fate === "hang") return { status: 0, headers: {}, fate, asked };
    throwIfFaulty(fate);
    const done = await perform(asked, address, signed, request, rules);
    return { ...done, fate, asked };
  } catch (error) {
    const shown = error instanceof S3Error ? error : internalError(error);
    const body = shown.toXml(target);
    const isBodyless = method === "HEAD" || shown.status === 304;
    const more = {
      "Content-Type": "application/xml",
      ...(isBodyless ? {} : { "Content-Length": Buffer.byteLength(body) }),
    };
    return {
      status: shown.status,
      headers: more,
      body: isBodyless ? undefined : body,
      fate,
      ...(asked && { asked }),
    };
  }
}

function throwIfFaulty(fate: RequestFate): void {
  if (fate === "denied") throw new S3Error("AccessDenied", "Access Denied");
  if (fate === "failed")
    throw new S3Error("InternalError", "We encountered an internal error. Please try again.");
  if (fate === "throttled") throw new S3Error("SlowDown", "Please reduce your request rate.");
}

function internalError(error: unknown): S3Error {
  return new S3Error("InternalError", error instanceof Error ? error.message : String(error));
}

function allowed(headers: Readonly<IncomingHttpHeaders>): Record<string, string> {
  return {
    "Access-Control-Allow-Methods": "GET, HEAD, PUT, DELETE",
    "Access-Control-Allow-Headers": headers["access-control-request-headers"] ?? "*",
    "Access-Control-Max-Age": "600",
  };
}

const PARAMETERS_OF_LIST = new Set([
  "list-type",
  "prefix",
  "delimiter",
  "max-keys",
  "continuation-token",
  "start-after",
  "encoding-type",
  "fetch-owner",
]);

/** @throws S3Error an operation that is not part of this server. */
function requestOf(
  method: string,
  { bucket, key, query }: ObjectAddress,
  headers: Readonly<IncomingHttpHeaders>,
): S3Request {
  const isList = method === "GET" && key === "" && query.get("list-type") === "2";
  // `x-id` is what Amazon's own clients call the operation.
  const unknown = [...query.keys()].find(
    (name) => name !== "x-id" && !(isList && PARAMETERS_OF_LIST.has(name)),
  );
  if (unknown !== undefined || headers["x-amz-copy-source"] !== undefined)
    throw new S3Error("NotImplemented", `This operation is not implemented: ${unknown ?? "copy"}`);
  const isOfObject = key !== "" && ["GET", "HEAD", "PUT", "DELETE"].includes(method);
  const isOfBucket = isList || (key === "" && method === "HEAD");
  if (!isOfObject && !isOfBucket)
    throw new S3Error("MethodNotAllowed", "The specified method is not allowed against this resource.");
  const { range, "if-match": ifMatch, "if-none-match": ifNoneMatch } = headers;
  return {
    method: isList ? "LIST" : (method as S3Request["method"]), // one of those above
    bucket,
    key: isList ? (query.get("prefix") ?? "") : key,
    ...(range !== undefined && { range }),
    ...(ifMatch !== undefined && { ifMatch }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch }),
    receivedBytes: 0,
    sentBytes: 0,
    status: 0,
  };
}

async function perform(
  asked: S3Request,
  { bucket, key, query }: ObjectAddress,
  signed: SignedRequest,
  request: ClientRequest,
  { index, credentials, publicRead, publicWrite, region, buckets, pageSize, ignores }: ServerRules,
): Promise<Done> {
  const isReading = asked.method !== "PUT" && asked.method !== "DELETE";
  const isUnsigned = signed.headers.authorization === undefined;
  if (!(isUnsigned && (isReading ? publicRead : publicWrite)))
    checkSignature(signed, { credentials, region, now: Date.now() });
  if (buckets !== undefined && !buckets.includes(bucket))
    throw new S3Error("NoSuchBucket", "The specified bucket does not exist", { BucketName: bucket });
  const conditions: Conditions = {
    ifMatch: ignores.some((each) => each === `${asked.method} If-Match`) ? undefined : asked.ifMatch,
    ifNoneMatch: ignores.some((each) => each === `${asked.method} If-None-Match`)
      ? undefined
      : asked.ifNoneMatch,
  };
  switch (asked.method) {
    case "LIST": {
      const body = listObjects(index, bucket, query, pageSize);
      return {
        status: 200,
        headers: { "Content-Type": "application/xml", "Content-Length": Buffer.byteLength(body) },
        body,
      };
    }
    case "PUT":
      return put(index, asked, conditions, signed, request);
    case "DELETE":
      await index.delete(bucket, key, conditions);
      return { status: 204, headers: {} };
    case "HEAD":
      if (key === "") return { status: 200, headers: {} };
      return head(index.get(bucket, key), asked);
    case "GET":
      return get(index, asked);
  }
}

async function put(
  index: ObjectIndex,
  asked: S3Request,
  conditions: Conditions,
  signed: SignedRequest,
  request: ClientRequest,
): Promise<Done> {
  const isSigned = signed.headers.authorization !== undefined;
  const expected = isSigned ? payloadHash(signed) : undefined;
  const body = await index.receive(request);
  try {
    asked.receivedBytes = body.size;
    if (expected !== undefined && expected !== body.sha256)
      throw new S3Error(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    const md5 = signed.headers["content-md5"];
    if (md5 !== undefined && md5 !== Buffer.from(body.md5, "hex").toString("base64"))
      throw new S3Error("BadDigest", "The Content-MD5 you specified did not match what we received.");
    const { etag } = await index.put(asked.bucket, asked.key, body, conditions);
    return { status: 200, headers: { ETag: etag, "Content-Length": 0 } };
  } finally {
    await body.discard();
  }
}

function head(found: IndexedObject | undefined, asked: S3Request): Done {
  if (found === undefined) throw noSuchKey(asked.key);
  if (isUnchanged(found, asked)) return { status: 304, headers: { ETag: found.etag } };
  return { status: 200, headers: { ...headersOf(found), "Content-Length": found.size } };
}

async function get(index: ObjectIndex, asked: S3Request): Promise<Done> {
  let isSame = false;
  let isPart = false;
  const { found, start, end, bytes } = await index.open(asked.bucket, asked.key, (object) => {
    isSame = isUnchanged(object, asked);
    const part = isSame ? { start: 0, end: 0 } : rangeOf(asked.range, object.size);
    isPart = part !== undefined;
    return part ?? { start: 0, end: object.size };
  });
  if (isSame) return { status: 304, headers: { ETag: found.etag } };
  const headers = { ...headersOf(found), "Content-Length": end - start };
  if (!isPart) return { status: 200, headers, body: bytes };
  return {
    status: 206,
    headers: { ...headers, "Content-Range": `bytes ${start}-${end - 1}/${found.size}` },
    body: bytes,
  };
}

function headersOf({ etag, modified }: IndexedObject): Record<string, string> {
  return {
    ETag: etag,
    "Last-Modified": modified.toUTCString(),
    "Accept-Ranges": "bytes",
    "Content-Type": "binary/octet-stream",
  };
}

function isUnchanged({ etag }: IndexedObject, { ifMatch, ifNoneMatch }: S3Request): boolean {
  if (ifMatch !== undefined && !isMatch(ifMatch, etag)) throw preconditionFailed("If-Match");
  return ifNoneMatch !== undefined && isMatch(ifNoneMatch, etag);
}

/**
 * The part that a header asks for; undefined: all of it, as also where the header cannot be understood.
 *
 * @throws S3Error it begins beyond the end.
 */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  if (start < end) return { start, end };
  throw new S3Error("InvalidRange", "The requested range is not satisfiable", {
    ActualObjectSize: String(size),
  });
}
