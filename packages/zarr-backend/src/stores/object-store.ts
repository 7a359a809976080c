// What the backend needs of a place to keep objects in. Keys are relative texts such as `weights/c/0/0`.

/** An object, as one request gave it. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  /** Changes with the content (an ETag), where the store has such a thing. */
  readonly version?: string | undefined;
}

/** A part of an object: from an offset on, or its end. */
export type ByteRange = { readonly offset: number; readonly length: number } | { readonly suffix: number };

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface PutOptions extends RequestOptions {
  /** Only over this version of the object: else `StoreConflict`. Not asked for where `get` gives no versions. */
  readonly ifVersion?: string | undefined;
}

/**
 * A store that is only read: a web server, an archive. A method rejects with one of `@tvb-storage/errors`, or with what
 * a file system throws, which has a `code`.
 */
export interface ReadableStore {
  /** What it is, for messages: `https://host/a.zarr`. */
  readonly label: string;
  /** Keys are files in folders: then a hierarchy is not made in a folder that holds something else. */
  readonly hasFolders?: boolean;
  /** The object, or undefined where there is none. */
  get(key: string, options?: RequestOptions): Promise<StoredObject | undefined>;
  /** A part of it; shorter where the object ends before. Undefined where there is no object. */
  getRange(key: string, range: ByteRange, options?: RequestOptions): Promise<Uint8Array | undefined>;
  /** The keys that begin with `prefix`, in any order; missing where the store cannot tell. */
  list?(prefix: string, options?: RequestOptions): Promise<readonly string[]>;
}

/** The right to write, among all processes. */
export interface StoreLock {
  /** Throws a FileStorageException where the lock was lost meanwhile. */
  assertHeld(): void | Promise<void>;
  release(): void | Promise<void>;
}

/** A store that is written, too. What one request has done, every later request sees. */
export interface ObjectStore extends ReadableStore {
  list(prefix: string, options?: RequestOptions): Promise<readonly string[]>;
  /**
   * Stores an object, in place of one that has the key: wholly or not at all. Resolves to its version, where the store
   * tells. The bytes may be changed once it is resolved.
   */
  put(key: string, content: Uint8Array, options?: PutOptions): Promise<string | undefined>;
  /** Stores an object where none has the key; false where one has. Of several at once, one gets true. */
  putIfAbsent(key: string, content: Uint8Array, options?: RequestOptions): Promise<boolean>;
  /** Removes an object; a missing one is fine. */
  delete(key: string, options?: RequestOptions): Promise<void>;
  /** Waits for the right to write what is beneath `prefix`; missing where the store cannot keep writers apart. */
  lock?(prefix: string, options?: RequestOptions): Promise<StoreLock>;
}

export function isWritable(store: ReadableStore): store is ObjectStore {
  return "put" in store && typeof store.put === "function";
}

/** The part of an object that a range names. */
export function partOf(bytes: Uint8Array, range: ByteRange): Uint8Array {
  return "suffix" in range
    ? bytes.slice(Math.max(0, bytes.length - range.suffix))
    : bytes.slice(range.offset, range.offset + range.length);
}

/** The keys beneath `prefix` of a store as a store of its own. */
export function beneath<T extends ReadableStore>(store: T, prefix: string): T;
export function beneath(store: ReadableStore | ObjectStore, prefix: string): ReadableStore {
  if (prefix === "") return store;
  const list = store.list?.bind(store);
  const readable: ReadableStore = {
    label: `${store.label}/${prefix.replace(/\/$/, "")}`,
    get: (key, options) => store.get(prefix + key, options),
    getRange: (key, range, options) => store.getRange(prefix + key, range, options),
    ...(list && {
      list: async (start: string, options?: RequestOptions) =>
        (await list(prefix + start, options)).map((key) => key.slice(prefix.length)),
    }),
  };
  if (!isWritable(store)) return readable;
  const lock = store.lock?.bind(store);
  const writable: Omit<ObjectStore, keyof ReadableStore> = {
    put: (key, content, options) => store.put(prefix + key, content, options),
    putIfAbsent: (key, content, options) => store.putIfAbsent(prefix + key, content, options),
    delete: (key, options) => store.delete(prefix + key, options),
    ...(lock && {
      lock: (start: string, options?: RequestOptions) => lock(prefix + start, options),
    }),
  };
  return { ...readable, ...writable };
}
