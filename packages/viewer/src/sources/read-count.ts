import type { ReadableStore } from "@tvb-storage/zarr-backend";
import type { PlacedBytes } from "../data/bytes-place.js";

/** Those who look at a count hear of changes this often. */
const TELL_EVERY_MS = 100;

/** Bytes that were read of a file, counted where they come from. */
export class ReadCount {
  #bytes = 0;
  /** Of the whole file, as soon as that is known. */
  size: number | undefined;
  #told: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();

  get bytes(): number {
    return this.#bytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#listeners.size === 0) return;
    this.#told ??= setTimeout(() => {
      this.#told = undefined;
      for (const listener of this.#listeners) listener();
    }, TELL_EVERY_MS);
  }

  /** Calls `listener` soon after bytes were read, until what is returned is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The same bytes, each read counted. */
export function countedBytes(bytes: PlacedBytes, count: ReadCount): PlacedBytes {
  return {
    size: bytes.size,
    place: bytes.place,
    async read(target, position) {
      const read = await bytes.read(target, position);
      count.add(read);
      return read;
    },
  };
}

/** The same objects, each read counted. */
export function countedStore(store: ReadableStore, count: ReadCount): ReadableStore {
  return {
    label: store.label,
    ...(store.hasFolders === undefined ? {} : { hasFolders: store.hasFolders }),
    async get(key, options) {
      const object = await store.get(key, options);
      count.add(object?.bytes.length ?? 0);
      return object;
    },
    async getRange(key, range, options) {
      const bytes = await store.getRange(key, range, options);
      count.add(bytes?.length ?? 0);
      return bytes;
    },
    ...(store.list === undefined ? {} : { list: store.list.bind(store) }),
  };
}
