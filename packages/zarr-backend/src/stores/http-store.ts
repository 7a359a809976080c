import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import {
  checkCallOptions,
  type HttpAnswer,
  type HttpFetch,
  type OptionRules,
  optionRules,
} from "@tvb-storage/files";
import { type Failed, isTemporary, withRetries } from "@tvb-storage/files/internal";
import { addressInError } from "./address-in-error.js";
import { answeredRange, rangeHeader } from "./answered-range.js";
import { attempt } from "./http-attempt.js";
import type { ByteRange, ReadableStore, RequestOptions, StoredObject } from "./object-store.js";

export interface HttpStoreOptions {
  /** What makes the requests, for example with credentials; default the global `fetch`. */
  fetch?: HttpFetch;
  /** Headers of every request, such as `Authorization`. */
  headers?: Readonly<Record<string, string>>;
  /** Within this time a request is answered; default one minute. */
  timeoutMs?: number;
  /** How often a request is repeated that the network or the server (status 408, 429, 5xx) fails; default 3. */
  retries?: number;
  /** Waits so many milliseconds before it is repeated: 200, 400, ...; default by a timer. */
  wait?: (ms: number) => Promise<void>;
}

const OPTIONS: OptionRules<HttpStoreOptions> = {
  fetch: optionRules.function,
  headers: optionRules.object,
  timeoutMs: optionRules.wholeFrom1,
  retries: optionRules.wholeFrom0,
  wait: optionRules.function,
};
const TIMEOUT_MS = 60_000;

const MISSING: ReadonlySet<number> = new Set([404, 410]);
const REFUSED: ReadonlySet<number> = new Set([401, 403]);

/** A browser's own is called as a function of its window only. */
const globalFetch: HttpFetch = (address, init) => globalThis.fetch(address, init);

/**
 * Objects of a web server, by their addresses beneath one; they are only read. Servers cannot list: hierarchies need
 * consolidated metadata.
 */
export class HttpStore implements ReadableStore {
  readonly label: string;
  readonly #base: string;
  readonly #options: HttpStoreOptions;

  /** @throws FileStructureException no address of http or https, or an unknown option. */
  constructor(url: string | URL, options: HttpStoreOptions = {}) {
    this.#options = checkCallOptions(options, OPTIONS, "HttpStore");
    const base = addressOf(url);
    this.#base = base.endsWith("/") ? base : `${base}/`;
    this.label = this.#base.slice(0, -1);
  }

  async get(key: string, { signal }: RequestOptions = {}): Promise<StoredObject | undefined> {
    const { bytes, version } = await this.#request(key, {}, signal);
    return bytes && { bytes, version };
  }

  async getIfChanged(
    key: string,
    known: string,
    { signal }: RequestOptions = {},
  ): Promise<StoredObject | "unchanged" | undefined> {
    const { status, bytes, version } = await this.#request(key, { "If-None-Match": known }, signal);
    return status === 304 ? "unchanged" : bytes && { bytes, version };
  }

  async getRange(
    key: string,
    range: ByteRange,
    { signal }: RequestOptions = {},
  ): Promise<Uint8Array | undefined> {
    if ("length" in range && range.length === 0) return new Uint8Array(0);
    return (await this.#request(key, { Range: rangeHeader(range) }, signal, range)).bytes;
  }

  #request(
    key: string,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
    range?: ByteRange,
  ): Promise<Answer> {
    const address = this.#base + key.split("/").map(encodeURIComponent).join("/");
    const all = { ...this.#options.headers, ...headers };
    const { retries, wait } = this.#options;
    const what = `${address} was not read`;
    return withRetries(() => this.#tryRequest(address, all, signal, range), { retries, wait, signal }, what);
  }

  #tryRequest(
    address: string,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
    range: ByteRange | undefined,
  ): Promise<Answer | Failed> {
    const { fetch = globalFetch, timeoutMs = TIMEOUT_MS } = this.#options;
    const send = async (limits: AbortSignal): Promise<Answer | Failed> => {
      const answer = await fetch(address, { headers, cache: "no-store", signal: limits });
      const { status } = answer;
      if (status === 200 || (status === 206 && range !== undefined)) {
        const bytes = new Uint8Array(await answer.arrayBuffer());
        return {
          status,
          bytes: range === undefined ? bytes : answeredRange(answer, bytes, range),
          version: versionOf(answer),
        };
      }
      await answer.body?.cancel();
      if (MISSING.has(status) || (status === 304 && "If-None-Match" in headers)) return { status };
      // Beyond the end.
      if (status === 416 && range !== undefined) return { status, bytes: new Uint8Array(0) };
      const cause = new Error(`the server answers ${status} ${answer.statusText}`.trimEnd());
      if (REFUSED.has(status))
        throw new FileStructureException(`${address} may not be read: ${cause.message}`, { cause });
      const failed = new FileStorageException(`${address} cannot be read: ${cause.message}`, { cause });
      if (isTemporary(status)) return { failed };
      throw failed;
    };
    const texts = { wasNot: `${address} was not read`, cannot: `${address} cannot be read` };
    return attempt(send, { timeoutMs, signal }, texts);
  }
}

interface Answer {
  readonly status: number;
  /** Undefined where nothing is there, or nothing new (304). */
  readonly bytes?: Uint8Array;
  readonly version?: string | undefined;
}

/** Many servers make ETags of the time in seconds and the length: within that, other content may have the same. */
const ETAG_RESOLUTION_MS = 2000;

/** The ETag; undefined where it may be that of other content, too. */
function versionOf({ headers }: HttpAnswer): string | undefined {
  const etag = headers.get("etag") ?? undefined;
  const modified = headers.get("last-modified");
  if (modified === null) return etag;
  const ageMs = Date.parse(headers.get("date") ?? "") - Date.parse(modified);
  return ageMs >= ETAG_RESOLUTION_MS ? etag : undefined;
}

/** @throws FileStructureException no address of http or https, or one with more than a host and a path. */
export function addressOf(url: string | URL): string {
  const parsed = URL.canParse(String(url)) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new FileStructureException(
      `the address of a store begins with http:// or https://, not ${addressInError(url)}`,
    );
  const { href, username, password, search, hash } = parsed;
  if (username !== "" || password !== "")
    throw new FileStructureException(
      `the address of a store, ${addressInError(url)}, has no user and password; give them by the option headers (Authorization)`,
    );
  // Keys come after the path.
  if (search !== "" || hash !== "")
    throw new FileStructureException(`the address of a store, ${addressInError(url)}, has no ? and no #`);
  return href;
}
