import {
  type ByteRange,
  type ChangeOptions,
  type ListedObject,
  type ObjectStore,
  partOf,
  type StoredObject,
} from "./object-store.js";
import { StoreConflict } from "./store-conflict.js";

/** Objects in memory: for tests, and in a page. Managers of one process that get the same object share it. */
export class MemoryStore implements ObjectStore {
  readonly label = "memory";
  readonly #objects = new Map<string, { readonly bytes: Uint8Array; readonly version: string }>();
  #puts = 0;

  /** `content`: objects by their keys, which are copied. */
  constructor(content: Iterable<readonly [key: string, bytes: Uint8Array]> = []) {
    for (const [key, bytes] of content) this.#set(key, bytes);
  }

  /** Copies of all objects. */
  entries(): Map<string, Uint8Array> {
    return new Map([...this.#objects].map(([key, { bytes }]) => [key, bytes.slice()]));
  }

  async get(key: string): Promise<StoredObject | undefined> {
    const found = this.#objects.get(key);
    return found && { bytes: found.bytes.slice(), version: found.version };
  }

  async getIfChanged(key: string, version: string): Promise<StoredObject | "unchanged" | undefined> {
    return this.#objects.get(key)?.version === version ? "unchanged" : this.get(key);
  }

  async getRange(key: string, range: ByteRange): Promise<Uint8Array | undefined> {
    const found = this.#objects.get(key);
    return found && partOf(found.bytes, range);
  }

  async list(prefix: string): Promise<ListedObject[]> {
    return [...this.#objects]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, { version, bytes }]) => ({ key, version, size: bytes.length }));
  }

  async put(key: string, content: Uint8Array, { ifVersion }: ChangeOptions = {}): Promise<string> {
    this.#check(key, ifVersion);
    return this.#set(key, content);
  }

  async putIfAbsent(key: string, content: Uint8Array): Promise<{ version: string } | undefined> {
    return this.#objects.has(key) ? undefined : { version: this.#set(key, content) };
  }

  async delete(key: string, { ifVersion }: ChangeOptions = {}): Promise<void> {
    if (this.#objects.has(key)) this.#check(key, ifVersion);
    this.#objects.delete(key);
  }

  #check(key: string, ifVersion: string | undefined): void {
    if (ifVersion !== undefined && this.#objects.get(key)?.version !== ifVersion)
      throw new StoreConflict(this.label, key);
  }

  #set(key: string, bytes: Uint8Array): string {
    this.#puts += 1;
    const version = String(this.#puts);
    this.#objects.set(key, { bytes: bytes.slice(), version });
    return version;
  }
}
