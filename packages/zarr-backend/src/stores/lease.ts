import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { throwIfAborted } from "@tvb-storage/files";
import {
  type Clock,
  DEFAULT_LOCK_TIMEOUT_MS,
  elapsedSince,
  errorMessage,
  type Moment,
  momentOf,
  pause,
  systemClock,
} from "@tvb-storage/files/internal";
import { formatHolder, LEASE_MS, type LeaseHolder, newHolder, parseHolder } from "./lease-holder.js";
import type { ObjectStore, StoredObject, StoreLock } from "./object-store.js";
import { StoreConflict } from "./store-conflict.js";

// The right to write, kept in an object of a store that has nothing but conditional puts. No clock of another computer is
// trusted: a lease says how long it lasts, and is dead where an observer has seen it unchanged for all of that time by its
// own clock. Its holder counts from before its last renewal, so it stops before any observer can think so. All changes
// of the object are conditional: of several who take it over one does, and its former holder notices.

/** Its key, in what it protects. */
export const LEASE = ".tvb/lease.json";
const FIRST_PAUSE_MS = 20;
const MAX_PAUSE_MS = 500;

export interface LeaseOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * How long to wait for another writer. Default 10 seconds for one who is alive; one who is silent is waited for until
   * it is dead.
   */
  readonly timeoutMs?: number | undefined;
  /** Default LEASE_MS. */
  readonly leaseMs?: number | undefined;
  /** Within this time a request of the holder is answered or given up; default a sixth of the lease. */
  readonly requestMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Waits for the lease that an object is. It is renewed until it is released.
 *
 * @param store Gives versions, and keeps apart puts under conditions.
 * @throws FileStorageException not acquired in time (names the holder), cancelled, or a request failed.
 */
export async function acquireLease(
  store: ObjectStore,
  key: string,
  options: LeaseOptions = {},
): Promise<StoreLock> {
  const { signal, timeoutMs, clock = systemClock } = options;
  const observer = new LeaseObserver(store, key, options);
  const notLocked = `${key} of ${store.label} was not locked for writing`;
  const started = clock.steady();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)) {
    throwIfAborted(signal, notLocked);
    const lease = await observer.tryToTake();
    if (lease !== undefined) {
      if (signal?.aborted === true) await lease.release();
      throwIfAborted(signal, notLocked);
      return lease;
    }
    const waitedMs = clock.steady() - started;
    const isLate = waitedMs >= (timeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS);
    if (isLate && (timeoutMs !== undefined || observer.hasSeenLife)) throw observer.timeout(waitedMs);
    await pause(pauseMs * (0.5 + Math.random() / 2), signal, notLocked);
  }
}

/** One who waits for a lease. */
class LeaseObserver {
  /** The lease has changed while it was watched. */
  hasSeenLife = false;
  /** What is there, and since when it was seen so. */
  #seen: (StoredObject & { readonly holder: LeaseHolder; readonly since: number }) | undefined;
  readonly #clock: Clock;

  constructor(
    private readonly store: ObjectStore,
    private readonly key: string,
    private readonly options: LeaseOptions,
  ) {
    this.#clock = options.clock ?? systemClock;
  }

  /** Takes the lease where nobody has it, or its holder is dead. */
  async tryToTake(): Promise<Lease | undefined> {
    if (this.#seen !== undefined) await this.#look(this.#seen.version);
    if (this.#seen === undefined) {
      const taken = await this.#take((content) => this.store.putIfAbsent(this.key, content), false);
      if (taken !== undefined) return taken;
      await this.#look();
    }
    const seen = this.#seen;
    if (seen === undefined) return undefined;
    const silentMs = this.#clock.steady() - seen.since;
    if (!seen.holder.released && silentMs < seen.holder.leaseMs) return undefined;
    return this.#take(async (content) => {
      try {
        return { version: await this.store.put(this.key, content, { ifVersion: seen.version }) };
      } catch (error) {
        if (error instanceof StoreConflict) return undefined; // another one took it
        throw error;
      }
    }, true);
  }

  timeout(waitedMs: number): FileStorageException {
    const { owner, leaseMs } = this.#seen?.holder ?? { owner: "other programs", leaseMs: LEASE_MS };
    return new FileStorageException(
      `${this.store.label} is being written by ${owner}; waited ${Math.round(waitedMs)} ms for its lease ${this.key}. ` +
        "Close the file there or raise the time limit (lockTimeoutMs); the lease of a program that ended is taken over " +
        `once it was seen here for ${leaseMs / 1000} s without a sign of life`,
    );
  }

  /** @param put Resolves to undefined where the condition does not hold. */
  async #take(
    put: (content: Uint8Array) => Promise<Pick<StoredObject, "version"> | undefined>,
    tookOver: boolean,
  ): Promise<Lease | undefined> {
    const holder = newHolder(this.options.leaseMs ?? LEASE_MS);
    const renewedAt = momentOf(this.#clock);
    const stored = await put(formatHolder(holder, 0));
    if (stored === undefined) return undefined;
    const { version } = stored;
    if (version !== undefined)
      return new Lease(this.store, this.key, this.options, { holder, version, renewedAt, tookOver });
    await this.store.delete(this.key);
    throw new FileStructureException(
      `${this.store.label} was not locked for writing: its store gives no version (ETag) of ${this.key}; in a page, the ` +
        "CORS rules of the bucket must expose ETag",
    );
  }

  async #look(known?: string): Promise<void> {
    const { store, key } = this;
    const found =
      known !== undefined && store.getIfChanged !== undefined
        ? await store.getIfChanged(key, known)
        : await store.get(key);
    if (found === "unchanged" || (found !== undefined && found.version === this.#seen?.version)) return;
    if (this.#seen !== undefined) this.hasSeenLife = true;
    // From when it is seen, not from when it was asked for: it may have changed as late as that.
    this.#seen = found && { ...found, holder: parseHolder(found.bytes), since: this.#clock.steady() };
  }
}

interface Acquired {
  readonly holder: LeaseHolder;
  readonly version: string | undefined;
  /** Before the request that put it. */
  readonly renewedAt: Moment;
  readonly tookOver: boolean;
}

/** A lease that this program has. */
class Lease implements StoreLock {
  readonly tookOver: boolean;
  readonly canBeLost = true;
  readonly #holder: LeaseHolder;
  readonly #clock: Clock;
  readonly #requestMs: number;
  #version: string | undefined;
  #renewedAt: Moment;
  #changes = 0;
  #isReleased = false;
  /** Why it is lost. */
  #lost: string | undefined;
  /** Why the last renewal failed. */
  #failure: unknown;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewal: Promise<void> | undefined;

  constructor(
    private readonly store: ObjectStore,
    private readonly key: string,
    { clock = systemClock, requestMs }: LeaseOptions,
    { holder, version, renewedAt, tookOver }: Acquired,
  ) {
    this.tookOver = tookOver;
    this.#holder = holder;
    this.#clock = clock;
    this.#requestMs = Math.min(requestMs ?? Number.POSITIVE_INFINITY, holder.leaseMs / 6);
    this.#version = version;
    this.#renewedAt = renewedAt;
    this.#scheduleRenewal();
  }

  /** So many milliseconds are left in which a request may be made. */
  get #leftMs(): number {
    return this.#holder.leaseMs - this.#requestMs - elapsedSince(this.#renewedAt, this.#clock);
  }

  /** Renews it first where too little of it is left, as after a pause of this program: if that is done, nobody took it. */
  async assertHeld(): Promise<void> {
    if (!this.#isReleased && this.#lost === undefined && this.#leftMs <= 0)
      await this.#renew(this.#holder.leaseMs / 2);
    if (!this.#isReleased && this.#lost === undefined && this.#leftMs > 0) return;
    const why = this.#isReleased
      ? "was released"
      : (this.#lost ?? `could not be renewed (${errorMessage(this.#failure)})`);
    throw new FileStorageException(
      `${this.store.label} cannot be written: its lease ${this.key} ${why}; repeat the call`,
    );
  }

  /** Does not throw: where it fails it is tried again while the lease lasts, and then that is over by itself. */
  async release(isUnfinished = false): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    clearTimeout(this.#timer);
    await this.#renewal;
    await this.#end(isUnfinished);
  }

  async #end(isUnfinished: boolean): Promise<void> {
    // Where it is over, others may have it, and not every store removes under a condition.
    if (this.#lost !== undefined || this.#leftMs <= 0) return;
    const { key, store } = this;
    try {
      await this.#change((version) =>
        isUnfinished
          ? store.put(key, this.#content(true), { ifVersion: version, signal: this.#limit() })
          : store.delete(key, { ifVersion: version, signal: this.#limit() }),
      );
    } catch (error) {
      if (!(error instanceof StoreConflict)) this.#later(() => this.#end(isUnfinished), this.#requestMs);
    }
  }

  #scheduleRenewal(): void {
    this.#later(async () => {
      await this.#renew();
      if (!this.#isReleased && this.#lost === undefined) this.#scheduleRenewal();
    }, this.#holder.leaseMs / 3);
  }

  /** @param work Never rejects. It keeps no program running. */
  #later(work: () => Promise<void>, ms: number): void {
    this.#timer = setTimeout(() => void work(), ms);
    // In a browser it is a number, which keeps no page open.
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  /** One at a time. Never rejects: what went wrong is noted. */
  #renew(limitMs?: number): Promise<void> {
    this.#renewal ??= this.#tryToRenew(limitMs).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #tryToRenew(limitMs?: number): Promise<void> {
    try {
      await this.#change(async (version) => {
        const began = momentOf(this.#clock);
        const options = { ifVersion: version, signal: this.#limit(limitMs) };
        this.#version = await this.store.put(this.key, this.#content(false), options);
        this.#renewedAt = began;
      });
    } catch (error) {
      this.#failure = error;
      if (error instanceof StoreConflict) this.#lost = "was taken over by another writer or removed";
    }
  }

  /**
   * Changes the object, where it is still of this holder. It may be of another version than the last one that is known:
   * that of a renewal whose answer was lost.
   */
  async #change(change: (version: string | undefined) => Promise<unknown>): Promise<void> {
    try {
      await change(this.#version);
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error;
      const found = await this.store.get(this.key, { signal: this.#limit() });
      const holder = found && parseHolder(found.bytes);
      if (found === undefined || holder?.token !== this.#holder.token) throw error;
      this.#version = found.version;
      await change(found.version);
    }
  }

  #content(released: boolean): Uint8Array {
    this.#changes += 1;
    return formatHolder({ ...this.#holder, released }, this.#changes);
  }

  #limit(ms = this.#requestMs): AbortSignal {
    return AbortSignal.timeout(Math.ceil(ms));
  }
}
