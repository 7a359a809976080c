import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import type { HttpAnswer } from "@tvb-storage/files";
import { elapsedSince, type Failed, momentOf, withRetries } from "@tvb-storage/files/internal";
import { Semaphore } from "async-mutex";
import { AwsV4Signer } from "aws4fetch";
import { attempt } from "./http-attempt.js";
import { LEASE_MS } from "./lease-holder.js";
import { type S3Failure, s3Failure } from "./s3-failure.js";
import type { S3Fetch, S3Place, S3StoreOptions } from "./s3-options.js";

const TIMEOUT_MS = 60_000;
const RETRIES = 5;
const AT_ONCE = 16;

export interface S3Request {
  readonly method: "GET" | "HEAD" | "PUT" | "DELETE";
  /** Of an object; the whole bucket where it is empty. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Answers that are no failures. */
  readonly expected: readonly number[];
  /** `x was not read`, `x cannot be read`, for messages. */
  readonly texts: { readonly wasNot: string; readonly cannot: string };
}

export interface S3Answer {
  readonly status: number;
  readonly bytes: Uint8Array;
  readonly headers: HttpAnswer["headers"];
  readonly etag: string | undefined;
  /** An attempt before this one had no answer, so that it may have been done, or be done yet. */
  readonly isRepeated: boolean;
}

/** A browser's own is called as a function of its window only. */
const globalFetch: S3Fetch = (address, init) => globalThis.fetch(address, init);

/** Signed requests to a bucket, a few at a time, repeated where they fail for the moment. */
export class S3Client {
  readonly #limit: Semaphore;
  /** Keys that signatures are made with, for a day each. */
  readonly #keys = new Map<string, ArrayBuffer>();

  constructor(
    readonly place: S3Place,
    private readonly options: S3StoreOptions,
  ) {
    this.#limit = new Semaphore(options.concurrency ?? AT_ONCE);
  }

  /**
   * A change is not repeated once a lease may have ended since it was asked for, as where this program was paused.
   *
   * @throws FileStructureException refused; FileStorageException failed, or cancelled.
   */
  request(request: S3Request): Promise<S3Answer> {
    const { retries = RETRIES, wait, leaseMs = LEASE_MS } = this.options;
    const { method, signal, texts } = request;
    const isChange = method === "PUT" || method === "DELETE";
    const began = momentOf();
    let last: Failed | undefined;
    const once = async (): Promise<S3Answer | Failed> => {
      if (last !== undefined && isChange && elapsedSince(began) >= leaseMs) throw last.failed;
      const outcome = await this.#try(request, last !== undefined);
      if ("failed" in outcome) last = outcome;
      return outcome;
    };
    return this.#limit.runExclusive(() =>
      withRetries(once, { retries, wait, signal, jitter: true }, texts.wasNot),
    );
  }

  #try(request: S3Request, isRepeated: boolean): Promise<S3Answer | Failed> {
    const { fetch = globalFetch, timeoutMs = TIMEOUT_MS } = this.options;
    const { method, body, signal, expected, texts } = request;
    const send = async (limits: AbortSignal): Promise<S3Answer | Failed> => {
      const { url, headers } = await this.#sign(request);
      const answer = await fetch(url, {
        method,
        headers,
        ...(body !== undefined && { body: inBuffer(body) }),
        cache: "no-store",
        redirect: "manual",
        signal: limits,
      });
      const { status } = answer;
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const isSuccess = status >= 200 && status < 300;
      const failure = isSuccess ? undefined : s3Failure(status, answer.headers, textOf(bytes), this.place);
      if (
        isSuccess ||
        (expected.includes(status) && failure?.isTemporary !== true && failure?.code !== "NoSuchBucket")
      )
        return {
          status,
          bytes,
          headers: answer.headers,
          etag: answer.headers.get("etag") ?? undefined,
          isRepeated,
        };
      const failed = exceptionOf(failure, texts.cannot);
      if (failure?.isTemporary === true) return { failed };
      throw failed;
    };
    return attempt(send, { timeoutMs, signal }, texts);
  }

  async #sign({ method, key, query = {}, headers = {}, body }: S3Request): Promise<{
    url: string;
    headers: Record<string, string>;
  }> {
    const { base, region, credentials } = this.place;
    const url = base + key.split("/").map(uriEncode).join("/");
    const parameters = Object.entries(query).map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`);
    const address = parameters.length === 0 ? url : `${url}?${parameters.join("&")}`;
    if (credentials === undefined) return { url: address, headers: { ...headers } };
    const signer = new AwsV4Signer({
      ...credentials,
      method,
      url: address,
      headers: { ...headers, "X-Amz-Content-Sha256": await sha256(body) },
      service: "s3",
      region,
      cache: this.#keys,
    });
    const signed = await signer.sign();
    return { url: address, headers: Object.fromEntries(signed.headers) };
  }
}

function exceptionOf(
  failure: S3Failure | undefined,
  cannot: string,
): FileStorageException | FileStructureException {
  const cause = new Error(failure?.text);
  const message = `${cannot}: ${cause.message}`;
  return failure?.isRefused === true
    ? new FileStructureException(message, { cause })
    : new FileStorageException(message, { cause });
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Of no bytes. */
const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

async function sha256(bytes: Uint8Array | undefined): Promise<string> {
  if (bytes === undefined || bytes.length === 0) return EMPTY_SHA256;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", inBuffer(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Shared memory can be neither sent nor hashed. */
function inBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = bytes;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, length) : new Uint8Array(bytes);
}

/** Percent-encodes all but the unreserved characters of RFC 3986, as signatures of version 4 want it. */
function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
