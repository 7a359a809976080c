import type {
  ByteRange,
  ChangeOptions,
  ListedObject,
  ObjectStore,
  ReadOptions,
  RequestOptions,
  StoredObject,
  StoreLock,
} from "./object-store.js";
import { StoreConflict } from "./store-conflict.js";

/** How often an object is looked at again whose version has changed, though the hierarchy is still this writer's. */
const MAX_LOOKS = 10;
/** Versions that are remembered: others are asked for. */
const MAX_VERSIONS = 10_000;

interface KnownVersion {
  /** "none" where there is no object; undefined where it is only known that there is one. */
  readonly version: string | undefined;
  /** When it was seen, by the count of looks; 0 where this process has put it. */
  readonly seen: number;
}

/** No store gives it. */
const NONE = "none";

/** Versions of objects that this process has put or got. */
export class KnownVersions {
  readonly #known = new Map<string, KnownVersion>();
  #looks = 0;

  /** The time of a look that begins now: later than all that was seen before. */
  now(): number {
    this.#looks += 1;
    return this.#looks;
  }

  of(key: string): KnownVersion | undefined {
    return this.#known.get(key);
  }

  saw(key: string, version: string | undefined): void {
    const known = this.#known.get(key);
    if (known?.seen !== 0 || known.version !== version) this.#set(key, { version, seen: this.now() });
  }

  made(key: string, version: string | undefined): void {
    if (version === undefined) this.#known.delete(key);
    else this.#set(key, { version, seen: 0 });
  }

  #set(key: string, known: KnownVersion): void {
    this.#known.delete(key);
    this.#known.set(key, known);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_VERSIONS) return;
      this.#known.delete(oldest);
    }
  }
}

/**
 * A store for a writer whose lock can be lost. A request that arrives after another writer has taken over must change
 * nothing. That one puts the root again before anything else, so what was seen of an object before the root was found
 * unchanged is what no later writer has made. Puts are conditional on it: they fail from the next put of that key on.
 */
export class FencedStore implements ObjectStore {
  readonly label: string;
  readonly needsVersions = true;
  readonly list: ObjectStore["list"];
  readonly #lock: StoreLock;
  /** A request was not answered, so it may still take effect. */
  isUncertain = false;
  /** All that was seen before this look was seen while the root was this writer's. */
  #confirmed = 0;
  #confirming: { readonly since: number; readonly done: Promise<void> } | undefined;

  /** @param confirm Rejects with a `StoreConflict` where the root is not this writer's any more. */
  constructor(
    private readonly store: ObjectStore,
    lock: StoreLock,
    private readonly versions: KnownVersions,
    private readonly confirm: () => Promise<void>,
  ) {
    this.label = store.label;
    this.#lock = lock;
    this.list = (prefix: string, options?: RequestOptions): Promise<readonly ListedObject[]> =>
      store.list(prefix, options);
  }

  /** Whether an object can be put without a look at what is there. */
  isKnown(key: string): boolean {
    const version = this.versions.of(key)?.version;
    return version !== undefined && version !== NONE;
  }

  async get(key: string, options?: ReadOptions): Promise<StoredObject | undefined> {
    const found = await this.store.get(key, options);
    this.versions.saw(key, found === undefined ? NONE : found.version);
    return found;
  }

  async getRange(key: string, range: ByteRange, options?: ReadOptions): Promise<Uint8Array | undefined> {
    const found = await this.store.getRange(key, range, options);
    if (found !== undefined && this.versions.of(key) === undefined) this.versions.saw(key, undefined);
    return found;
  }

  async put(key: string, content: Uint8Array, options: ChangeOptions = {}): Promise<string | undefined> {
    if (options.ifVersion !== undefined) return this.#tryPut(key, content, options);
    const { version = undefined, seen } = this.versions.of(key) ?? { version: NONE, seen: 0 };
    if (version !== undefined) {
      if (seen > 0) await this.#confirmSince(seen);
      const done = await this.#putOver(version, key, content, options);
      if (done !== undefined) return done.version;
    }
    return this.#putOverSeen(key, content, options);
  }

  async putIfAbsent(
    key: string,
    content: Uint8Array,
    options?: RequestOptions,
  ): Promise<Pick<StoredObject, "version"> | undefined> {
    const made = await this.#change(() => this.store.putIfAbsent(key, content, options));
    if (made !== undefined) this.versions.made(key, made.version);
    return made;
  }

  delete(key: string, options?: ChangeOptions): Promise<void> {
    this.versions.made(key, undefined);
    return this.#change(() => this.store.delete(key, options));
  }

  /** Over what is there now, where the root is found unchanged after the look at it. */
  async #putOverSeen(key: string, content: Uint8Array, options: ChangeOptions): Promise<string | undefined> {
    for (let look = 1; ; look++) {
      const found = await this.store.get(key, options);
      await this.#confirmSince(this.versions.now());
      const done = await this.#putOver(found === undefined ? NONE : found.version, key, content, options);
      if (done !== undefined) return done.version;
      if (look === MAX_LOOKS) throw new StoreConflict(this.label, key);
    }
  }

  /** Undefined where there is another version. */
  async #putOver(
    version: string | undefined,
    key: string,
    content: Uint8Array,
    options: ChangeOptions,
  ): Promise<Pick<StoredObject, "version"> | undefined> {
    if (version === NONE) return this.putIfAbsent(key, content, options);
    try {
      return { version: await this.#tryPut(key, content, { ...options, ifVersion: version }) };
    } catch (error) {
      if (error instanceof StoreConflict) return undefined;
      throw error;
    }
  }

  /** Looks at the root, once for all that wait for it; a look that began before does not count. */
  async #confirmSince(seen: number): Promise<void> {
    while (this.#confirmed < seen) {
      let looking = this.#confirming;
      if (looking === undefined || looking.since < seen) {
        const since = this.versions.now();
        const done = this.confirm().then(() => {
          this.#confirmed = Math.max(this.#confirmed, since);
        });
        looking = { since, done };
        this.#confirming = looking;
      }
      await looking.done;
    }
  }

  async #tryPut(key: string, content: Uint8Array, options: ChangeOptions): Promise<string | undefined> {
    const version = await this.#change(() => this.store.put(key, content, options));
    this.versions.made(key, version);
    return version;
  }

  async #change<T>(request: () => Promise<T>): Promise<T> {
    await this.#lock.assertHeld();
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof StoreConflict)) this.isUncertain = true;
      throw error;
    }
  }
}
