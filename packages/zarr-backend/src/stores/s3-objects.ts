import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { errorMessage } from "@tvb-storage/files/internal";
import { answeredRange, rangeHeader } from "./answered-range.js";
import type {
  ByteRange,
  ChangeOptions,
  ListedObject,
  ObjectStore,
  RequestOptions,
  StoredObject,
} from "./object-store.js";
import type { S3Answer, S3Client, S3Request } from "./s3-client.js";
import { parseListPage, quotedEtag } from "./s3-xml.js";
import { StoreConflict, UnknownOutcome } from "./store-conflict.js";

type Change = Pick<S3Request, "method" | "headers" | "body" | "signal">;

/** What a store can do that not all can. */
export interface S3Abilities {
  /** It looks at `If-Match` of a `DELETE`; undefined where that is not known. */
  looksAtDelete?: boolean;
}

/**
 * The objects of a bucket. A request that fails for the moment is repeated. Where the
 * condition of a put does not hold, the object is compared with what was to be put: an answer may have been lost.
 */
export class S3Objects implements ObjectStore {
  readonly label: string;
  readonly #client: S3Client;
  readonly #abilities: S3Abilities;

  constructor(client: S3Client, abilities: S3Abilities) {
    const { bucket, prefix } = client.place;
    this.label = `s3://${bucket}/${prefix}`.replace(/\/$/, "");
    this.#client = client;
    this.#abilities = abilities;
  }

  async get(key: string, { signal }: RequestOptions = {}): Promise<StoredObject | undefined> {
    const answer = await this.#read(key, {}, [404], signal);
    return answer && storedObject(answer);
  }

  async getIfChanged(
    key: string,
    version: string,
    { signal }: RequestOptions = {},
  ): Promise<StoredObject | "unchanged" | undefined> {
    const answer = await this.#read(key, { "If-None-Match": version }, [304, 404], signal);
    return answer?.status === 304 ? "unchanged" : answer && storedObject(answer);
  }

  async getRange(
    key: string,
    range: ByteRange,
    { signal }: RequestOptions = {},
  ): Promise<Uint8Array | undefined> {
    const isEmpty = ("suffix" in range ? range.suffix : range.length) === 0;
    // No header can ask for nothing, but whether the object is there is asked for.
    const asked = isEmpty ? { offset: 0, length: 1 } : range;
    const answer = await this.#read(key, { Range: rangeHeader(asked) }, [404, 416], signal);
    if (answer === undefined) return undefined;
    // Beyond the end.
    if (isEmpty || answer.status === 416) return new Uint8Array(0);
    try {
      return answeredRange(answer, answer.bytes, range);
    } catch (cause) {
      throw new FileStorageException(`${this.#name(key)} cannot be read: ${errorMessage(cause)}`, { cause });
    }
  }

  async list(prefix: string, { signal }: RequestOptions = {}): Promise<ListedObject[]> {
    const { prefix: start } = this.#client.place;
    const label = `${this.label}/${prefix}*`;
    const texts = { wasNot: `${label} was not listed`, cannot: `${label} cannot be listed` };
    const found: ListedObject[] = [];
    const tokens = new Set<string>();
    for (let token: string | undefined = ""; token !== undefined; ) {
      const query: Record<string, string> = {
        "encoding-type": "url",
        "list-type": "2",
        prefix: start + prefix,
      };
      if (token !== "") query["continuation-token"] = token;
      const { bytes } = await this.#client.request({
        method: "GET",
        key: "",
        query,
        signal,
        expected: [],
        texts,
      });
      const page = listPage(bytes, texts.cannot);
      for (const each of page.objects) {
        if (!each.key.startsWith(start + prefix))
          throw new FileStorageException(`${texts.cannot}: the answer has the key ${quoted(each.key)}, too`);
        found.push({ ...each, key: each.key.slice(start.length) });
      }
      token = page.next;
      if (token === undefined) break;
      if (tokens.has(token)) throw new FileStorageException(`${texts.cannot}: its pages do not end`);
      tokens.add(token);
    }
    return found;
  }

  async put(
    key: string,
    content: Uint8Array,
    { ifVersion, signal }: ChangeOptions = {},
  ): Promise<string | undefined> {
    const condition: Record<string, string> = ifVersion === undefined ? {} : { "If-Match": ifVersion };
    const stored = await this.#put(key, content, condition, signal);
    if (stored === undefined) throw new StoreConflict(this.label, key);
    return stored.version;
  }

  putIfAbsent(
    key: string,
    content: Uint8Array,
    { signal }: RequestOptions = {},
  ): Promise<Pick<StoredObject, "version"> | undefined> {
    return this.#put(key, content, { "If-None-Match": "*" }, signal);
  }

  async delete(key: string, { ifVersion, signal }: ChangeOptions = {}): Promise<void> {
    const headers: Record<string, string> = ifVersion === undefined ? {} : { "If-Match": ifVersion };
    if (ifVersion !== undefined && this.#abilities.looksAtDelete !== true)
      if (!(await this.#isVersion(key, ifVersion, signal))) return;
    const { status, isRepeated } = await this.#change(key, { method: "DELETE", headers, signal }, "removed");
    if (status !== 412) return;
    throw isRepeated ? new UnknownOutcome(this.label, key) : new StoreConflict(this.label, key);
  }

  /** For a store that may remove without a condition: looks just before. False where nothing is there. */
  async #isVersion(key: string, version: string, signal: AbortSignal | undefined): Promise<boolean> {
    const { status, etag } = await this.#change(key, { method: "HEAD", signal }, "removed");
    if (status === 404) return false;
    if (etag === undefined || quotedEtag(etag) !== version) throw new StoreConflict(this.label, key);
    return true;
  }

  /** Undefined: the condition does not hold. */
  async #put(
    key: string,
    body: Uint8Array,
    condition: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<Pick<StoredObject, "version"> | undefined> {
    const put: Change = { method: "PUT", headers: condition, body, signal };
    const { status, etag, isRepeated } = await this.#change(key, put, "put");
    if (status !== 404 && status !== 412) return { version: etag && quotedEtag(etag) };
    // It may be this very put that has made the condition false: repeated here, or by `fetch`, which does so without a
    // word where a connection ends that was used before.
    const found = await this.get(key, { signal });
    if (found !== undefined && isSame(found.bytes, body)) return found;
    if (!isRepeated || (found !== undefined && condition["If-None-Match"] !== undefined)) return undefined;
    throw new UnknownOutcome(this.label, key);
  }

  async #read(
    key: string,
    headers: Record<string, string>,
    expected: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<S3Answer | undefined> {
    const name = this.#name(key);
    const texts = { wasNot: `${name} was not read`, cannot: `${name} cannot be read` };
    const request = { method: "GET", key: this.#client.place.prefix + key, headers, signal } as const;
    const answer = await this.#client.request({ ...request, expected, texts });
    return answer.status === 404 ? undefined : answer;
  }

  #change(key: string, request: Change, done: "put" | "removed"): Promise<S3Answer> {
    const name = this.#name(key);
    const texts = { wasNot: `${name} was not ${done}`, cannot: `${name} cannot be ${done}` };
    // A missing object can be removed, and has no version; what has no condition is put wherever there is a bucket.
    const isConditional = Object.keys(request.headers ?? {}).length > 0;
    const expected = isConditional || request.method !== "PUT" ? [404, 412] : [];
    return this.#client.request({ ...request, key: this.#client.place.prefix + key, expected, texts });
  }

  /** For messages. @throws FileStructureException a key that no address can have: `fetch` takes such parts away. */
  #name(key: string): string {
    const name = `${this.label}/${key}`;
    if (!/(^|\/)\.{1,2}(\/|$)/.test(this.#client.place.prefix + key)) return name;
    throw new FileStructureException(`${name} cannot be an object of S3: no part of its name may be . or ..`);
  }
}

function storedObject({ bytes, etag }: S3Answer): StoredObject {
  return { bytes, version: etag && quotedEtag(etag) };
}

function listPage(bytes: Uint8Array, cannot: string): ReturnType<typeof parseListPage> {
  try {
    return parseListPage(new TextDecoder().decode(bytes));
  } catch (cause) {
    const why = errorMessage(cause);
    throw new FileStorageException(
      `${cannot}: the answer is no list of S3 (${why}); is the endpoint right?`,
      { cause },
    );
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
