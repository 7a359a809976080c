import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { checkCallOptions, type HttpFetch, type OptionRules, optionRules, quoted } from "@tvb-storage/files";
import { errorMessage } from "@tvb-storage/files/internal";
import {
  type ByteRange,
  partOf,
  type ReadableStore,
  type RequestOptions,
  type StoredObject,
} from "./object-store.js";

export interface HttpStoreOptions {
  /** What makes the requests, for example with credentials; default the global `fetch`. */
  fetch?: HttpFetch;
}

const OPTIONS: OptionRules<HttpStoreOptions> = { fetch: optionRules.function };

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
  readonly #fetch: HttpFetch;

  /** @throws FileStructureException no address of http or https, or an unknown option. */
  constructor(url: string | URL, options: HttpStoreOptions = {}) {
    const { fetch = globalFetch } = checkCallOptions(options, OPTIONS, "HttpStore");
    const base = addressOf(url);
    this.#base = base.endsWith("/") ? base : `${base}/`;
    this.label = this.#base.slice(0, -1);
    this.#fetch = fetch;
  }

  async get(key: string, { signal }: RequestOptions = {}): Promise<StoredObject | undefined> {
    const found = await this.#request(key, {}, signal);
    if (found === undefined) return undefined;
    const version = found.headers.get("etag") ?? undefined;
    return { bytes: await this.#bytes(found, key), version };
  }

  async getRange(
    key: string,
    range: ByteRange,
    { signal }: RequestOptions = {},
  ): Promise<Uint8Array | undefined> {
    if ("length" in range && range.length === 0) return new Uint8Array(0);
    const asked =
      "suffix" in range ? `-${range.suffix}` : `${range.offset}-${range.offset + range.length - 1}`;
    const found = await this.#request(key, { Range: `bytes=${asked}` }, signal);
    if (found === undefined) return undefined;
    // Beyond the end.
    if (found.status === 416) return new Uint8Array(0);
    const bytes = await this.#bytes(found, key);
    // A server may give all of it.
    return found.status === 206 ? bytes : partOf(bytes, range);
  }

  async #request(
    key: string,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<Awaited<ReturnType<HttpFetch>> | undefined> {
    const address = this.#base + key.split("/").map(encodeURIComponent).join("/");
    let answer: Awaited<ReturnType<HttpFetch>>;
    try {
      answer = await this.#fetch(address, { headers, cache: "no-store", ...(signal && { signal }) });
    } catch (cause) {
      throw new FileStorageException(`${address} did not answer: ${errorMessage(cause)}`, { cause });
    }
    const { status } = answer;
    if (status === 200 || status === 206 || status === 416) return answer;
    if (MISSING.has(status)) return undefined;
    const cause = new Error(`the server answers ${status}`);
    if (REFUSED.has(status))
      throw new FileStructureException(`${address} may not be read: ${cause.message}`, { cause });
    throw new FileStorageException(`${address} cannot be read: ${cause.message}`, { cause });
  }

  async #bytes(answer: Awaited<ReturnType<HttpFetch>>, key: string): Promise<Uint8Array> {
    try {
      return new Uint8Array(await answer.arrayBuffer());
    } catch (cause) {
      throw new FileStorageException(`${this.#base}${key} was cut short: ${errorMessage(cause)}`, { cause });
    }
  }
}

function addressOf(url: string | URL): string {
  try {
    const { protocol, href } = new URL(url);
    if (protocol === "http:" || protocol === "https:") return href;
  } catch {
    // Said below.
  }
  throw new FileStructureException(
    `the address of a store begins with http:// or https://, not ${quoted(url)}`,
  );
}
