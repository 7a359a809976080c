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

export interface ReadOptions extends RequestOptions {
  /**
   * Memory of the length that is expected, which a store may read into: then it gives this very part of memory. Where it
   * gives other memory, nothing was read into this one that counts.
   */
  readonly into?: Uint8Array | undefined;
}

/** An object, as a list has it. */
export interface ListedObject {
  readonly key: string;
  /** As `get` gives it, where the store tells. */
  readonly version?: string | undefined;
  /** Its bytes, where the store tells. */
  readonly size?: number;
}

export interface ListOptions extends RequestOptions {
  /** Asks for the sizes, also where they take a look at each object. */
  readonly withSizes?: boolean | undefined;
}

export interface ChangeOptions extends RequestOptions {
  /** Only of this version of the object: else `StoreConflict`. Not asked for where the store gives no versions. */
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
  get(key: string, options?: ReadOptions): Promise<StoredObject | undefined>;
  /**
   * As `get`, where the object is another than the one that had this version; `"unchanged"` without its content where it
   * is not. Missing where the store gives no versions.
   */
  getIfChanged?(
    key: string,
    version: string,
    options?: RequestOptions,
  ): Promise<StoredObject | "unchanged" | undefined>;
  /** A part of it; shorter where the object ends before. Undefined where there is no object. */
  getRange(key: string, range: ByteRange, options?: ReadOptions): Promise<Uint8Array | undefined>;
  /** The objects whose keys begin with `prefix`, in any order; missing where the store cannot tell. */
  list?(prefix: string, options?: ListOptions): Promise<readonly ListedObject[]>;
}

/** The right to write, among all processes. */
export interface StoreLock {
  /**
   * The one that had it before died, or released it as unfinished: what it was doing may be done in part. Undefined
   * where that is not known.
   */
  readonly tookOver?: boolean | undefined;
  /**
   * Another process may take it while this one is paused, though requests of this one are still under way: so every
   * change has to be conditional.
   */
  readonly canBeLost?: boolean | undefined;
  /** Throws a FileStorageException where the lock was lost meanwhile. */
  assertHeld(): void | Promise<void>;
  /** @param isUnfinished The next one to have it is told so (`tookOver`). */
  release(isUnfinished?: boolean): void | Promise<void>;
}

/** A store that is written, too. What one request has done, every later request sees. */
export interface ObjectStore extends ReadableStore {
  list(prefix: string, options?: ListOptions): Promise<readonly ListedObject[]>;
  /**
   * Stores an object, in place of one that has the key: wholly or not at all. Resolves to its version, where the store
   * tells. The bytes may be changed once it is resolved.
   */
  put(key: string, content: Uint8Array, options?: ChangeOptions): Promise<string | undefined>;
  /**
   * Stores an object where none has the key; undefined where one has. Of several at once, one resolves to the version,
   * where the store tells.
   */
  putIfAbsent(
    key: string,
    content: Uint8Array,
    options?: RequestOptions,
  ): Promise<Pick<StoredObject, "version"> | undefined>;
  /** Removes an object; a missing one is fine. */
  delete(key: string, options?: ChangeOptions): Promise<void>;
  /** As `put`, of the content and zeros behind it, up to so many bytes; missing where that is no less work. */
  putPadded?(
    key: string,
    content: Uint8Array,
    length: number,
    options?: RequestOptions,
  ): Promise<string | undefined>;
  /** A put takes less where the object that it replaces was got as a whole, which tells its version. */
  readonly needsVersions?: boolean;
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
  const getIfChanged = store.getIfChanged?.bind(store);
  const readable: ReadableStore = {
    label: `${store.label}/${prefix.replace(/\/$/, "")}`,
    get: (key, options) => store.get(prefix + key, options),
    getRange: (key, range, options) => store.getRange(prefix + key, range, options),
    ...(getIfChanged && {
      getIfChanged: (key: string, version: string, options?: RequestOptions) =>
        getIfChanged(prefix + key, version, options),
    }),
    ...(list && {
      list: async (start: string, options?: ListOptions) =>
        (await list(prefix + start, options)).map((listed) => ({
          ...listed,
          key: listed.key.slice(prefix.length),
        })),
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
