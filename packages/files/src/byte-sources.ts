import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { cancelledException } from "./cancellation.js";
import { checkCallOptions, type OptionRules, optionRules } from "./check-call-options.js";
import type { AsyncFileBytes } from "./port/fetched-port.js";
import type { FileBytes } from "./port/file-port.js";
import { quoted } from "./quoted.js";
import { errorMessage } from "./system-error.js";
import { type Failed, isTemporary, withRetries } from "./with-retries.js";

/** The part of a `Blob` or `File` that is used; a page's are asked for what is read of them only. */
export interface BlobLike {
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** A `Blob` or a `File` (of `<input type="file">`, of a drop) as a file to be read, of any size. */
export function blobFile(blob: BlobLike): AsyncFileBytes {
  return {
    size: blob.size,
    async read(target, position) {
      const bytes = new Uint8Array(await blob.slice(position, position + target.length).arrayBuffer());
      target.set(bytes);
      return bytes.length;
    },
  };
}

/** The part of a `FileSystemSyncAccessHandle` that is used. */
export interface SyncAccessHandleLike {
  getSize(): number;
  read(target: Uint8Array, options: { at: number }): number;
}

/** A file of the origin-private file system, by its handle in a worker (`createSyncAccessHandle`), as a file to be read. */
export function syncAccessFile(handle: SyncAccessHandleLike): FileBytes {
  return {
    get size() {
      return handle.getSize();
    },
    read: (target, position) => handle.read(target, { at: position }),
  };
}

/** The part of an answer that is used. */
export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: { get(name: string): string | null };
  readonly body?: { cancel(): Promise<void> } | null;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The part of `fetch` that is used. */
export type HttpFetch = (
  url: string,
  options: {
    readonly headers: Record<string, string>;
    readonly cache: "no-store";
    readonly signal?: AbortSignal;
  },
) => Promise<HttpAnswer>;

export interface HttpFileOptions {
  /** Headers of every request, such as `Authorization`. */
  headers?: Readonly<Record<string, string>>;
  /** Cancels all requests. */
  signal?: AbortSignal;
  /** What makes requests; default the global `fetch`. */
  fetch?: HttpFetch;
  /** How often a request is repeated that the network or the server (status 408, 429, 5xx) fails; default 3. */
  retries?: number;
  /** Waits so many milliseconds before it is repeated: 200, 400, ...; default by a timer. */
  wait?: (ms: number) => Promise<void>;
}

const RULES: OptionRules<HttpFileOptions> = {
  headers: optionRules.object,
  signal: optionRules.signal,
  fetch: optionRules.function,
  retries: optionRules.wholeFrom0,
  wait: optionRules.function,
};

/**
 * A file on a server, read by HTTP with ranges (RFC 9110, section 14). It must not change meanwhile: where the server
 * tells that it did, the read fails.
 *
 * @throws FileStructureException `url` is no address.
 * @throws FileStorageException the server cannot be reached, refuses, or knows no ranges; or cancelled.
 */
export async function httpFile(url: string | URL, given: HttpFileOptions = {}): Promise<AsyncFileBytes> {
  const options = checkCallOptions(given, RULES, "httpFile");
  // A page's addresses may be relative to it.
  const { location }: { location?: { readonly href: string } } = globalThis as object;
  if (!URL.canParse(String(url), location?.href))
    throw new FileStructureException(`${quoted(url)} is no address; give one such as https://host/file.h5`);
  const server = new RangeServer(String(url), options);
  const first = await server.get(0, 1);
  if (first.total === undefined)
    throw server.failure(
      "does not tell how long the file is: its answers to requests from other origins must show the header " +
        "Content-Range (Access-Control-Expose-Headers)",
    );
  const { total, tag } = first;
  return {
    size: total,
    async read(target, position) {
      const part = await server.get(position, target.length);
      if (part.tag !== tag || (part.total !== undefined && part.total !== total))
        throw server.failure("gives another file now: it was changed while it was read; open it again");
      if (part.bytes.length > target.length) throw server.failure("gives more bytes than it was asked for");
      target.set(part.bytes);
      return part.bytes.length;
    },
  };
}

interface Part {
  readonly bytes: Uint8Array;
  /** Length of the whole file; undefined where the answer does not show it. */
  readonly total: number | undefined;
  /** What differs between two states of the file, as far as the server tells. */
  readonly tag: string;
}

class RangeServer {
  constructor(
    readonly url: string,
    readonly options: HttpFileOptions,
  ) {}

  failure(what: string, cause?: unknown): FileStorageException {
    return new FileStorageException(`${this.url}: the server ${what}`, cause === undefined ? {} : { cause });
  }

  get(position: number, length: number): Promise<Part> {
    return withRetries(() => this.#tryToGet(position, length), this.options, `${this.url} was not read`);
  }

  async #tryToGet(position: number, length: number): Promise<Part | Failed> {
    const { headers, signal, fetch = globalThis.fetch } = this.options;
    try {
      const answer = await fetch(this.url, {
        headers: { ...headers, Range: `bytes=${position}-${position + length - 1}` },
        // A browser's cache lets one request for an address go at a time, and completes parts with those of before.
        cache: "no-store",
        ...(signal === undefined ? {} : { signal }),
      });
      if (answer.status !== 206) await answer.body?.cancel();
      if (isTemporary(answer.status))
        return { failed: this.failure(`answers ${answer.status} ${answer.statusText}`) };
      this.#check(answer);
      const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(answer.headers.get("content-range") ?? "");
      if (range !== null && Number(range[1]) !== position)
        throw this.failure(`gives bytes from ${range[1]} on where those from ${position} on were asked for`);
      const tag = ["etag", "last-modified"].map((name) => answer.headers.get(name) ?? "").join(" ");
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return { bytes, total: range === null ? undefined : Number(range[2]), tag };
    } catch (error) {
      if (error instanceof FileStorageException) throw error;
      if (signal?.aborted === true) throw cancelledException(signal, `${this.url} was not read`);
      return { failed: this.failure(`cannot be reached (${errorMessage(error)})`, error) };
    }
  }

  #check({ status, statusText, headers }: HttpAnswer): void {
    if (status === 200)
      throw this.failure(
        "answers requests for a part with the whole file; put the file on a server that knows ranges, or fetch all of it and open its bytes",
      );
    if (status === 416 && headers.get("content-range") === "bytes */0")
      throw this.failure("has an empty file");
    if (status === 416)
      throw this.failure("has fewer bytes of the file than before: it was changed while it was read");
    if (status !== 206) throw this.failure(`answers ${status} ${statusText}`.trimEnd());
    const encoding = headers.get("content-encoding");
    if (encoding !== null && encoding !== "identity")
      throw this.failure(`encodes the file (${encoding}), so that its parts cannot be read`);
  }
}
