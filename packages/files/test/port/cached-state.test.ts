import nodeFs from "node:fs";
import { memoryFileSystem, type SyncFileSystem } from "@tvb-storage/files";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { createMemoryFs, faultyFs } from "../../../testkit/src/index.js";
import type { CachedState } from "../../src/port/cached-state.js";
import { JournaledPort, type JournaledPortOptions } from "../../src/port/journaled-port.js";
import { acquireWriterLock } from "../../src/port/writer-lock.js";
import { arbitraryTransaction, committedLength, expected, makeChanges, sameBytes } from "./transactions.js";

const folder = temporaryFolder("cached-state");

let count = 0;
// createMemoryFs has node:fs's shape, and times in whole milliseconds.
const memory = () => createMemoryFs({ "/d/x": "" }) as unknown as typeof nodeFs;
const places: Record<string, () => { fs: typeof nodeFs; path: string }> = {
  "in memory": () => ({ fs: memory(), path: "/d/a.h5" }),
  "on disk": () => ({ fs: nodeFs, path: folder(`${count++}.h5`) }),
};

interface Transaction {
  readonly isUnchanged: boolean;
  readonly cachedState: CachedState | undefined;
}

/** Writes and commits, knowing what the transaction before left. */
async function transact(
  fs: SyncFileSystem,
  path: string,
  work: (port: JournaledPort) => void,
  cachedState?: CachedState,
  options?: JournaledPortOptions,
): Promise<Transaction> {
  const lock = await acquireWriterLock(fs, path, { timeoutMs: 50 });
  const port = JournaledPort.open(lock, {
    ...options,
    ...(cachedState === undefined ? {} : { cachedState }),
  });
  const { isUnchanged } = port;
  work(port);
  port.commit();
  lock.release();
  return { isUnchanged, cachedState: port.cachedState };
}

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);
const write = (data: Uint8Array, position = 0) => {
  return (port: JournaledPort) => port.write(data, position);
};
const nothing = (): void => undefined;

describe.each(Object.entries(places))("the cached state of a file %s", (where, place) => {
  it("is used by the next transaction, which reads nothing from the file", async () => {
    const { fs, path } = place();
    const first = await transact(fs, path, write(bytes(5000, 1)));
    const second = await transact(
      fs,
      path,
      (port) => {
        port.read(new Uint8Array(10), 100);
        port.write(bytes(10, 2), 104);
      },
      first.cachedState,
    );
    expect(second.isUnchanged).toBe(true);
    const reads = vi.spyOn(fs, "readSync");
    const seen = new Uint8Array(20);
    const third = await transact(fs, path, (port) => port.read(seen, 100), second.cachedState);
    expect(third.isUnchanged).toBe(true);
    expect(reads).not.toHaveBeenCalled();
    reads.mockRestore();
    expect([...seen]).toEqual([...bytes(4, 1), ...bytes(10, 2), ...bytes(6, 1)]);
  });

  it("is not used after another program wrote, even at once and to the same length", async () => {
    for (let round = 0; round < 200; round++) {
      const { fs, path } = place();
      const { cachedState } = await transact(fs, path, write(bytes(5000, 1)));
      expect(cachedState).toBeDefined();
      const fd = fs.openSync(path, "r+");
      fs.writeSync(fd, bytes(1, 9), 0, 1, 0);
      fs.closeSync(fd);
      const seen = new Uint8Array(2);
      const next = await transact(fs, path, (port) => port.read(seen, 0), cachedState);
      expect(next.isUnchanged).toBe(false);
      expect([...seen]).toEqual([9, 1]);
    }
  });

  it("is not used for another file that took the name", async () => {
    const { fs, path } = place();
    const { cachedState } = await transact(fs, path, write(bytes(5000, 1)));
    const { atimeMs, mtimeMs } = fs.statSync(path);
    fs.writeFileSync(`${path}.other`, bytes(5000, 9));
    fs.utimesSync(`${path}.other`, atimeMs / 1000, mtimeMs / 1000);
    fs.renameSync(`${path}.other`, path);
    const seen = new Uint8Array(2);
    const next = await transact(fs, path, (port) => port.read(seen, 0), cachedState);
    expect(next.isUnchanged).toBe(false);
    expect([...seen]).toEqual([9, 9]);
    fs.unlinkSync(path);
    expect((await transact(fs, path, write(bytes(10, 1)), next.cachedState)).isUnchanged).toBe(false);
  });

  it("is undefined after a transaction that was rolled back", async () => {
    const { fs, path } = place();
    const { cachedState } = await transact(fs, path, write(bytes(5000, 1)));
    const lock = await acquireWriterLock(fs, path);
    const port = JournaledPort.open(lock, cachedState === undefined ? {} : { cachedState });
    port.write(bytes(5000, 2), 2000);
    port.rollBack();
    lock.release();
    expect(port.cachedState).toBeUndefined();
    const seen = new Uint8Array(6000);
    const next = await transact(fs, path, (other) => other.read(seen, 0), cachedState);
    expect(next.isUnchanged).toBe(false);
    expect(sameBytes(seen.subarray(0, 5000), bytes(5000, 1))).toBe(true);
  });

  it("stays valid through a transaction that changes nothing, which does not set the time", async () => {
    const { fs, path } = place();
    const { cachedState } = await transact(fs, path, write(bytes(100, 1)));
    const { mtimeMs } = fs.statSync(path);
    const next = await transact(fs, path, nothing, cachedState);
    expect(next).toMatchObject({ isUnchanged: true, cachedState });
    expect(fs.statSync(path).mtimeMs).toBe(mtimeMs);
    const unknown = await transact(fs, path, nothing);
    expect(unknown).toEqual({ isUnchanged: false, cachedState: undefined });
    expect(fs.statSync(path).mtimeMs).toBe(mtimeMs);
  });

  it("has a time that grows with every commit, and is never in the future", async () => {
    const { fs, path } = place();
    let cachedState: CachedState | undefined;
    let before = 0;
    let marked = 0;
    for (let round = 0; round < 300; round++) {
      cachedState = (await transact(fs, path, write(bytes(10, round), round * 10), cachedState)).cachedState;
      const { mtimeMs } = fs.statSync(path);
      expect(mtimeMs).toBeLessThanOrEqual(Date.now() - (cachedState === undefined ? 0 : 12));
      // Without a mark it is the present, behind which a mark may go.
      if (cachedState !== undefined) expect(mtimeMs).toBeGreaterThan(before);
      before = cachedState === undefined ? 0 : mtimeMs;
      if (cachedState !== undefined) marked += 1;
    }
    expect(marked).toBeGreaterThan(10);
  });

  it("is there also for a file that another program wrote just now, where times are fine enough", async () => {
    const { fs, path } = place();
    await transact(fs, path, write(bytes(100, 1)));
    let hits = 0;
    for (let round = 0; round < 100; round++) {
      const fd = fs.openSync(path, "r+");
      fs.writeSync(fd, bytes(1, round), 0, 1, 0);
      fs.closeSync(fd);
      const foreign = fs.statSync(path).mtimeMs;
      const { cachedState } = await transact(fs, path, write(bytes(1, round), 50));
      if (cachedState === undefined) continue;
      hits += 1;
      const { mtimeMs } = fs.statSync(path);
      // Later than what readers may trust, and so early that the next write shows.
      expect(mtimeMs).toBeGreaterThan(foreign - 20);
      expect(mtimeMs).toBeLessThanOrEqual(Date.now() - 12);
      const next = await transact(fs, path, write(bytes(1, round), 60), cachedState);
      expect(next.isUnchanged).toBe(true);
    }
    if (where === "on disk") expect(hits).toBeGreaterThan(90);
  });

  it("equals the file, whatever was committed here or written by other programs", async () => {
    let reused = 0;
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(arbitraryTransaction(20_000), fc.nat({ max: 3 })), { minLength: 2, maxLength: 6 }),
        fc.constantFrom(9000, 1 << 24),
        async (transactions, bufferBytes) => {
          const { fs, path } = place();
          let model: Uint8Array = new Uint8Array();
          let last: CachedState | undefined;
          for (const [changes, other] of transactions) {
            const isForeign = other === 0 && model.length > 20;
            if (isForeign) {
              model = model.slice();
              model[model.length - 1] = 255 - (model[model.length - 1] ?? 0);
              const fd = fs.openSync(path, "r+");
              fs.writeSync(fd, model, model.length - 1, 1, model.length - 1);
              fs.closeSync(fd);
              changed += 1;
            }
            const outcome = await transact(
              fs,
              path,
              (port) => {
                const shown = new Uint8Array(model.length);
                for (let at = 0; at < model.length; at += 1000)
                  port.read(shown.subarray(at, Math.min(at + 1000, model.length)), at);
                expect(sameBytes(shown, model)).toBe(true);
                makeChanges(port, changes);
              },
              last,
              { committedLength, bufferBytes },
            );
            if (isForeign) expect(outcome.isUnchanged).toBe(false);
            if (outcome.isUnchanged) reused += 1;
            model = expected(model, changes);
            last = outcome.cachedState;
            expect(sameBytes(fs.readFileSync(path), model)).toBe(true);
          }
        },
      ),
      { seed: 5, numRuns: 100 },
    );
    expect(reused).toBeGreaterThan(50);
    expect(changed).toBeGreaterThan(20);
  });
});

describe("the cached state of a file", () => {
  it("is undefined where commits survive power cuts: setting the time would need another sync", async () => {
    const fs = memory();
    const { cachedState } = await transact(fs, "/d/a.h5", write(bytes(10, 1)), undefined, {
      durability: "power",
    });
    expect(cachedState).toBeUndefined();
  });

  it("is undefined where times cannot be set: not offered, or refused since the file is another user's", async () => {
    const { futimesSync: _, ...without } = memoryFileSystem();
    expect((await transact(without, "/a.h5", write(bytes(10, 1)))).cachedState).toBeUndefined();
    const refusing = faultyFs(memory(), { calls: "utimes", at: 1, errno: "EPERM" });
    expect((await transact(refusing, "/d/a.h5", write(bytes(10, 1)))).cachedState).toBeUndefined();
    expect(refusing.faults.hit?.kind).toBe("utimes");
    expect(refusing.readFileSync("/d/a.h5")).toEqual(Buffer.from(bytes(10, 1)));
  });

  it("is undefined where times are too coarse to distinguish two writes, and the time is then the present", async () => {
    const fs = memoryFileSystem();
    const coarse: SyncFileSystem = {
      ...fs,
      futimesSync: (fd, atime, mtime) => fs.futimesSync?.(fd, atime, Math.floor(mtime / 2) * 2 - 2),
    };
    const start = Date.now();
    expect((await transact(coarse, "/a.h5", write(bytes(10, 1)))).cachedState).toBeUndefined();
    expect(fs.statSync("/a.h5").mtimeMs).toBeGreaterThan(start - 5000);
  });
});
