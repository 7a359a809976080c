import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { checkCallOptions, type OptionRules, optionRules } from "@tvb-storage/files";
import { z } from "zod";

/** What the backend needs of a store. Every method rejects with an exception of `@tvb-storage/errors`. */
export interface ObjectStore {
  /** The object, or undefined where there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Stores an object, in place of one that has the key. It is there wholly or not at all. */
  put(key: string, content: string | Uint8Array): Promise<void>;
  /** Removes an object; a missing one is fine. */
  delete(key: string): Promise<void>;
  /** The keys that begin with `prefix`. */
  list(prefix: string): Promise<readonly string[]>;
}

/** The part of `fetch` that the client uses. */
export type Fetch = (
  url: URL,
  init: { readonly method: string; readonly body?: string | Uint8Array; readonly signal?: AbortSignal },
) => Promise<Response>;

export interface ObjectClientOptions {
  /** Within this time a request is answered; default 30 seconds. */
  readonly timeoutMs?: number;
  /** What makes the requests, for example with credentials; default the global `fetch`. */
  readonly fetch?: Fetch;
}

const OPTIONS: OptionRules<ObjectClientOptions> = {
  timeoutMs: optionRules.wholeFrom1,
  fetch: optionRules.function,
};
const DEFAULT_TIMEOUT_MS = 30_000;
const REFUSED: ReadonlySet<number> = new Set([401, 403]);
const keyList = z.array(z.string());

/** The client of an object store that is reached by HTTP. Managers of one process share one. */
export class ObjectClient implements ObjectStore {
  readonly #url: string;
  readonly #timeoutMs: number;
  readonly #fetch: Fetch;

  constructor(url: string, options?: ObjectClientOptions) {
    const given = checkCallOptions(options, OPTIONS, "an object client");
    const { timeoutMs = DEFAULT_TIMEOUT_MS, fetch = globalThis.fetch } = given;
    this.#fetch = fetch;
    this.#url = url;
    this.#timeoutMs = timeoutMs;
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#request("GET", { key }, async (response) =>
      response.status === 404 ? undefined : new Uint8Array(await response.arrayBuffer()),
    );
  }

  async put(key: string, content: string | Uint8Array): Promise<void> {
    await this.#request("PUT", { key }, (response) => response.arrayBuffer(), content);
  }

  async delete(key: string): Promise<void> {
    await this.#request("DELETE", { key }, (response) => response.arrayBuffer());
  }

  list(prefix: string): Promise<readonly string[]> {
    return this.#request("GET", { prefix }, async (response) => keyList.parse(await response.json()));
  }

  /**
   * @throws FileStructureException the store denies it.
   * @throws FileStorageException the store cannot do it, is not reached, or does not answer in time.
   */
  async #request<T>(
    method: string,
    query: Readonly<Record<string, string>>,
    answer: (response: Response) => Promise<T>,
    body?: string | Uint8Array,
  ): Promise<T> {
    const url = new URL(this.#url);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const what = `the object store does not ${method} ${Object.values(query).join()}`;
    try {
      const response = await this.#fetch(url, { method, signal, ...(body === undefined ? {} : { body }) });
      const { ok, status } = response;
      if (ok || (status === 404 && method === "GET")) return await answer(response);
      const cause = new Error(`HTTP ${status}: ${(await response.text()).slice(0, 1000)}`);
      if (REFUSED.has(status)) throw new FileStructureException(`${what}: no permission`, { cause });
      throw new FileStorageException(`${what}: ${cause.message}`, { cause });
    } catch (cause) {
      if (cause instanceof FileStructureException || cause instanceof FileStorageException) throw cause;
      const reason = signal.aborted ? `no answer within ${this.#timeoutMs} ms` : String(cause);
      throw new FileStorageException(`${what}: ${reason}`, { cause });
    }
  }
}
