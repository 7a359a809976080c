import { FileStorageException } from "@tvb-storage/errors";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryStore, type ObjectStore, type StoreLock } from "../../src/index.ts";
import { acquireLease, type LeaseOptions } from "../../src/stores/lease.ts";

const KEY = "a.zarr/.tvb/lease.json";
const S = 1000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A store whose requests fail as `fails` says: before they are done, or after. */
class Faulty extends MemoryStore {
  fails: "no" | "before" | "after" = "no";
  puts = 0;

  override async put(...args: Parameters<MemoryStore["put"]>): Promise<string> {
    this.puts += 1;
    return this.#request(() => super.put(...args));
  }
  override async delete(...args: Parameters<MemoryStore["delete"]>): Promise<void> {
    return this.#request(() => super.delete(...args));
  }
  async #request<T>(work: () => Promise<T>): Promise<T> {
    const { fails } = this;
    if (fails === "before") throw new FileStorageException("the network is gone");
    const result = await work();
    if (fails === "after") throw new FileStorageException("the answer is lost");
    return result;
  }
}

/** Another process's object for the same store: its requests do not fail. */
function other(store: Faulty): ObjectStore {
  return {
    label: "memory",
    get: (key) => store.get(key),
    getIfChanged: (key, version) => store.getIfChanged(key, version),
    getRange: (key, range) => store.getRange(key, range),
    list: (prefix) => store.list(prefix),
    put: (...args) => MemoryStore.prototype.put.apply(store, args),
    putIfAbsent: (key, content) => store.putIfAbsent(key, content),
    delete: (...args) => MemoryStore.prototype.delete.apply(store, args),
  };
}

/** What a promise has come to so far. */
function watched<T>(promise: Promise<T>): {
  readonly state: () => "waiting" | "done" | "failed";
  promise: Promise<T>;
} {
  let state: "waiting" | "done" | "failed" = "waiting";
  promise.then(
    () => {
      state = "done";
    },
    () => {
      state = "failed";
    },
  );
  return { state: () => state, promise };
}

const acquire = (store: ObjectStore, options?: LeaseOptions): Promise<StoreLock> =>
  acquireLease(store, KEY, options);
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const LOST = { code: "FILE_STORAGE", message: expect.stringContaining("cannot be written: its lease") };

describe("a lease", () => {
  it("is one writer's at a time, and the next one's when it is released", async () => {
    const store = new MemoryStore();
    const held: number[] = [];
    const all = [0, 1, 2, 3].map(async (n) => {
      const lease = await acquire(store);
      expect(lease).toMatchObject({ tookOver: false, canBeLost: true });
      held.push(n);
      const before = held.length;
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(held.length).toBe(before);
      await lease.assertHeld();
      await lease.release();
      await lease.release();
    });
    await pass(10 * S);
    await Promise.all(all);
    expect(held.sort()).toEqual([0, 1, 2, 3]);
    expect(await store.list("")).toEqual([]);
  });

  it("is renewed as long as it is held", async () => {
    const store = new MemoryStore();
    const lease = await acquire(store);
    const waiting = watched(acquire(store, { timeoutMs: 600 * S }));
    await pass(300 * S);
    expect(waiting.state()).toBe("waiting");
    await lease.assertHeld();
    await lease.release();
    await pass(S);
    expect(await waiting.promise).toMatchObject({ tookOver: false });
  });

  it("of a dead writer is taken over by one of those who have seen it unchanged for all of its time", async () => {
    const store = new Faulty();
    const dead = await acquire(store);
    store.fails = "before";
    // The clocks of other computers show anything.
    const clocks = [0, 1e9, -1e9].map((offset) => ({
      wall: () => Date.now() + offset,
      steady: () => performance.now() + offset,
    }));
    const waiting = clocks.map((clock) => watched(acquire(other(store), { clock })));
    await pass(29 * S);
    expect(waiting.map(({ state }) => state())).toEqual(["waiting", "waiting", "waiting"]);
    await pass(2 * S);
    expect(waiting.filter(({ state }) => state() === "done")).toHaveLength(1);
    const next = await Promise.any(waiting.map(({ promise }) => promise));
    expect(next.tookOver).toBe(true);
    await next.assertHeld();
    store.fails = "no";
    await expect(dead.assertHeld()).rejects.toMatchObject(LOST);
    // It does not take away what is not its own.
    await dead.release();
    await next.assertHeld();
    await next.release();
    await pass(S);
  });

  it("says so before others may take it over, where it cannot be renewed", async () => {
    const store = new Faulty();
    const lease = await acquire(store);
    store.fails = "before";
    await pass(24 * S);
    await lease.assertHeld();
    await pass(2 * S);
    await expect(lease.assertHeld()).rejects.toMatchObject({
      message:
        "memory cannot be written: its lease a.zarr/.tvb/lease.json could not be renewed (the network is gone); repeat the call",
    });
    store.fails = "no";
    await lease.assertHeld();
    await lease.release();
    await expect(lease.assertHeld()).rejects.toThrow("was released");
  });

  it("is still held after a pause of its program, where nobody took it meanwhile", async () => {
    const store = new Faulty();
    const lease = await acquire(store);
    const { puts } = store;
    // A computer that slept: only the wall clock went on.
    vi.setSystemTime(Date.now() + 3600 * S);
    await lease.assertHeld();
    expect(store.puts).toBe(puts + 1);
    const waiting = acquire(store);
    await lease.release();
    await pass(S);
    vi.setSystemTime(Date.now() + 3600 * S);
    const next = await waiting;
    await store.put(KEY, new TextEncoder().encode("{}"));
    await expect(next.assertHeld()).rejects.toThrow("was taken over by another writer or removed");
  });

  it("is renewed by the next request where the answer to one was lost", async () => {
    const store = new Faulty();
    const lease = await acquire(store);
    store.fails = "after";
    await pass(15 * S);
    store.fails = "no";
    await pass(10 * S);
    await lease.assertHeld();
    await pass(100 * S);
    await lease.assertHeld();
    store.fails = "after";
    await pass(10 * S);
    store.fails = "no";
    await lease.release();
    expect(await store.list("")).toEqual([]);
  });

  it("tells the next one where it was released as unfinished", async () => {
    const store = new MemoryStore();
    await (await acquire(store)).release(true);
    const next = await acquire(store);
    expect(next.tookOver).toBe(true);
    await next.release();
    expect((await acquire(store)).tookOver).toBe(false);
  });

  it("is released later where that fails at first", async () => {
    const store = new Faulty();
    const lease = await acquire(store);
    store.fails = "before";
    await lease.release(true);
    const waiting = watched(acquire(other(store)));
    await pass(6 * S);
    expect(waiting.state()).toBe("waiting");
    store.fails = "no";
    await pass(6 * S);
    expect(waiting.state()).toBe("done");
    expect((await waiting.promise).tookOver).toBe(true);
  });

  it("ends by itself where it cannot be released", async () => {
    const store = new Faulty();
    const lease = await acquire(store);
    store.fails = "before";
    await lease.release();
    const waiting = watched(acquire(other(store)));
    await pass(29 * S);
    expect(waiting.state()).toBe("waiting");
    await pass(2 * S);
    expect((await waiting.promise).tookOver).toBe(true);
  });

  it.each(["not JSON", '{"leaseMs":1e12,"owner":5}', "null", ""])(
    "that nobody can read is waited for like others: %j",
    async (content) => {
      const store = new MemoryStore([[KEY, new TextEncoder().encode(content)]]);
      const waiting = watched(acquire(store));
      await pass(29 * S);
      expect(waiting.state()).toBe("waiting");
      await pass(2 * S);
      expect(waiting.state()).toBe("done");
    },
  );
});

it("a store that gives no versions keeps nobody apart, which is said", async () => {
  const store = new Faulty();
  const without: ObjectStore = {
    ...other(store),
    putIfAbsent: async (key, content) => (await store.putIfAbsent(key, content)) && {},
  };
  await expect(acquire(without)).rejects.toMatchObject({
    code: "FILE_STRUCTURE",
    message: expect.stringContaining("must expose ETag"),
  });
  expect(await store.list("")).toEqual([]);
});

describe("who waits for a lease", () => {
  it("gives up after a while where its writer is alive, and says who that is", async () => {
    const store = new MemoryStore();
    await acquire(store);
    const waiting = watched(acquire(store));
    const failed = expect(waiting.promise).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringMatching(
        /^memory is being written by process \d+ of .*; waited \d+ ms for its lease a\.zarr\/\.tvb\/lease\.json\. Close .* \(lockTimeoutMs\); .* for 30 s without a sign of life$/,
      ),
    });
    await pass(9 * S);
    expect(waiting.state()).toBe("waiting");
    await pass(5 * S);
    await failed;
  });

  it("gives up after the time that it is told", async () => {
    const store = new MemoryStore();
    await acquire(store);
    const failed = expect(acquire(store, { timeoutMs: 50 })).rejects.toThrow("is being written by");
    await pass(S);
    await failed;
  });

  it("ends when its caller does, and leaves no lease", async () => {
    const store = new MemoryStore();
    const lease = await acquire(store);
    const controller = new AbortController();
    const { signal } = controller;
    const failed = expect(acquire(store, { signal })).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: "a.zarr/.tvb/lease.json of memory was not locked for writing: cancelled by its signal",
    });
    await pass(S);
    controller.abort();
    await failed;
    await lease.release();
    const late = new AbortController();
    const putIfAbsent: MemoryStore["putIfAbsent"] = async (...args) => {
      late.abort();
      return store.putIfAbsent(...args);
    };
    const slow: ObjectStore = {
      ...other(new Faulty()),
      putIfAbsent,
      delete: (...args) => store.delete(...args),
    };
    await expect(acquire(slow, { signal: late.signal })).rejects.toThrow("cancelled by its signal");
    expect(await store.list("")).toEqual([]);
  });
});
