import { MemoryStore, type ObjectStore } from "@tvb-storage/zarr-backend";

/** What has been asked of a store, and the bytes of chunks that went either way. */
export interface Counted {
  gets: number;
  puts: number;
  others: number;
  bytes: number;
}

/** Keys of chunks and shards, in version 2 and 3; other objects are metadata. */
const CHUNK = /\/(c\/)?\d+([./]\d+)*$/;

/** Keys that one request lists, in object storage. */
const KEYS_OF_LIST = 1000;

/** A store in memory that counts. */
export class CountingStore implements ObjectStore {
  readonly label = "memory";
  readonly #objects = new MemoryStore();
  #counted: Counted = { gets: 0, puts: 0, others: 0, bytes: 0 };

  /** What `work` asked for. */
  async counted(work: () => Promise<unknown>): Promise<Counted> {
    this.#counted = { gets: 0, puts: 0, others: 0, bytes: 0 };
    await work();
    return this.#counted;
  }

  readonly get: ObjectStore["get"] = async (key) => {
    const found = await this.#objects.get(key);
    this.#count("gets", key, found?.bytes);
    return found;
  };

  readonly getRange: ObjectStore["getRange"] = async (key, range) => {
    const found = await this.#objects.getRange(key, range);
    this.#count("gets", key, found);
    return found;
  };

  readonly list: ObjectStore["list"] = async (prefix) => {
    const found = await this.#objects.list(prefix);
    for (let key = 0; key < Math.max(1, found.length); key += KEYS_OF_LIST) this.#count("others", prefix);
    return found;
  };

  readonly put: ObjectStore["put"] = (key, content, options) => {
    this.#count("puts", key, content);
    return this.#objects.put(key, content, options);
  };

  readonly putIfAbsent: ObjectStore["putIfAbsent"] = (key, content) => {
    this.#count("puts", key, content);
    return this.#objects.putIfAbsent(key, content);
  };

  readonly delete: ObjectStore["delete"] = (key) => {
    this.#count("others", key);
    return this.#objects.delete(key);
  };

  #count(kind: "gets" | "puts" | "others", key: string, bytes?: Uint8Array): void {
    this.#counted[kind] += 1;
    if (CHUNK.test(key)) this.#counted.bytes += bytes?.length ?? 0;
  }
}
