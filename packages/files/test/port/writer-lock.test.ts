import nodeFs from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type ProcessIdentity, thisProcess } from "@tvb-storage/files/internal";
import { afterAll, describe, expect, it, vi } from "vitest";
import { itWith, linux } from "../../../../test/support/judges.js";
import { createMemoryFs, faultyFs, interceptFs } from "../../../testkit/src/index.js";
import { type HeldLockFile, holds, LockFileAttempt } from "../../src/port/lock-file.js";
import { acquireWriterLock } from "../../src/port/writer-lock.js";
import { makeWorkplace, runChild } from "./child.js";

const PATH = "/d/a.h5";
const LOCK = `${PATH}.journal`;
const empty = () => createMemoryFs({ "/d/other": "" });
const elsewhere: ProcessIdentity = { host: "elsewhere", pid: 4, thread: 0 };
/** No process has this number: Linux's largest is 2^22. */
const deadHere: ProcessIdentity = { ...thisProcess(), pid: 2 ** 22 + 1 };

function hold(fs: ReturnType<typeof empty>, identity: ProcessIdentity, ageMs: number, path = LOCK): void {
  fs.writeFileSync(path, `${JSON.stringify({ ...identity, token: "t0", since: 0 })}\n`);
  const then = (Date.now() - ageMs) / 1000;
  fs.utimesSync(path, then, then);
}

describe("writer lock", () => {
  it("is one file, which has its holder's identity and is removed at the release", async () => {
    const fs = empty();
    const lock = await acquireWriterLock(fs, PATH);
    expect(fs.readdirSync("/d")).toEqual(["a.h5.journal", "other"]);
    const [line = ""] = String(fs.readFileSync(LOCK)).split("\n");
    expect(JSON.parse(line)).toMatchObject({ host: thisProcess().host, pid: process.pid, thread: 0 });
    expect(lock.stillHeld()).toBe(true);
    lock.release();
    lock.release();
    expect(lock.stillHeld()).toBe(false);
    expect(fs.readdirSync("/d")).toEqual(["other"]);
  });

  it("has one holder at a time, and every waiting writer gets it in the end", async () => {
    const fs = empty();
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const lock = await acquireWriterLock(fs, PATH);
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 1));
        inside -= 1;
        lock.release();
      }),
    );
    expect(most).toBe(1);
  });

  it("names the holder when it is not acquired in time", async () => {
    const fs = empty();
    const lock = await acquireWriterLock(fs, PATH);
    const since = Number(String(fs.readFileSync(LOCK)).match(/"since":(\d+)/)?.[1]);
    const started = Date.now();
    await expect(acquireWriterLock(fs, PATH, { timeoutMs: 60 })).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringMatching(
        new RegExp(
          `/d/a\\.h5 is being written by process ${process.pid} \\(thread 0\\) on .*${new Date(since).toISOString()}`,
        ),
      ),
    });
    expect(Date.now() - started).toBeGreaterThanOrEqual(59);
    lock.release();
  });

  it("stops waiting when its signal is aborted", async () => {
    const fs = empty();
    const lock = await acquireWriterLock(fs, PATH);
    const controller = new AbortController();
    const waiting = acquireWriterLock(fs, PATH, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 5);
    await expect(waiting).rejects.toMatchObject({
      code: "FILE_STORAGE",
      cause: expect.objectContaining({ message: "enough" }),
    });
    lock.release();
    const aborted = acquireWriterLock(fs, PATH, { signal: controller.signal });
    await expect(aborted).rejects.toMatchObject({ code: "FILE_STORAGE" });
    expect(fs.existsSync(LOCK)).toBe(false);
  });

  describe("is taken over", () => {
    const DAY = 86_400_000;
    /** As a process of which the system gives only the number: neither its start time nor its thread. */
    const { started: _, ...numberOnly } = thisProcess();
    const livingHere = { ...thisProcess(), thread: 7 };

    /** Seconds for which a waiter has watched the file when it looks. */
    const LOOKS = [0, 59, 61, 599, 601, 36_000];

    it.each([
      { who: "a dead process of this host", identity: deadHere, after: 0 },
      { who: "this thread, which does not know of it", identity: { ...thisProcess() }, after: 0 },
      { who: "a process of another start", identity: { ...livingHere, started: "1" }, after: 0 },
      {
        who: "a thread that ended",
        identity: { ...livingHere, task: { id: process.pid, started: "1" } },
        after: 0,
      },
      { who: "a living process of this host", identity: livingHere, after: undefined },
      { who: "something with its number", identity: { ...numberOnly, thread: 7 }, after: 601 },
      { who: "another host", identity: elsewhere, after: 61 },
      { who: "another container of this host", identity: { ...deadHere, namespace: "x" }, after: 61 },
    ])("from $who when it was seen silent for $after s", async ({ identity, after }) => {
      vi.useFakeTimers({ toFake: ["performance", "Date"] });
      try {
        // By its times the file is of yesterday, of now, or of tomorrow, and the clock on the wall jumps.
        for (const ageMs of [DAY, 0, -DAY]) {
          const fs = empty();
          hold(fs, identity, ageMs);
          const started = performance.now();
          const takenAt: number[] = [];
          for (const look of LOOKS) {
            vi.advanceTimersByTime(started + look * 1000 - performance.now());
            vi.setSystemTime(Date.now() + DAY);
            const lock = await acquireWriterLock(fs, PATH, { timeoutMs: 0 }).catch(() => undefined);
            if (lock === undefined) continue;
            lock.release();
            takenAt.push(look);
            break;
          }
          expect(takenAt).toEqual(after === undefined ? [] : [after]);
          expect(fs.existsSync(LOCK)).toBe(after === undefined);
        }
      } finally {
        vi.useRealTimers();
      }
    });

    it("not while there are signs of life, however rarely they are looked at", async () => {
      vi.useFakeTimers({ toFake: ["performance", "Date"] });
      try {
        const fs = empty();
        hold(fs, elsewhere, 0);
        for (let look = 0; look < 10; look++) {
          vi.advanceTimersByTime(70_000);
          hold(fs, elsewhere, look * 1000);
          await expect(acquireWriterLock(fs, PATH, { timeoutMs: 0 })).rejects.toThrow(/being written by/);
        }
      } finally {
        vi.useRealTimers();
      }
    });

    it("by a writer that waits with the default limit, from another host that is silent for a minute", async () => {
      vi.useFakeTimers();
      try {
        const fs = empty();
        hold(fs, elsewhere, 0);
        const waiting = acquireWriterLock(fs, PATH);
        await vi.advanceTimersByTimeAsync(61_000);
        (await waiting).release();
        hold(fs, livingHere, 0);
        const refused = expect(acquireWriterLock(fs, PATH)).rejects.toThrow(/waited 10\d\d\d ms/);
        await vi.advanceTimersByTimeAsync(11_000);
        await refused;
      } finally {
        vi.useRealTimers();
      }
    });
  });

  it.each(["", "{", "not ours at all\n", `{"host":1}\n`])(
    "is taken over where its holder did not get to say who it is: %j",
    async (content) => {
      const fs = empty();
      fs.writeFileSync(LOCK, content);
      const lock = await acquireWriterLock(fs, PATH, { timeoutMs: 1000 });
      expect(lock.stillHeld()).toBe(true);
      lock.release();
      expect(fs.readdirSync("/d")).toEqual(["other"]);
    },
  );

  it("is taken over from a holder that died while it took over, and from one that took over from that", async () => {
    const fs = empty();
    hold(fs, deadHere, 0);
    hold(fs, deadHere, 0, `${LOCK}.t0`);
    hold(fs, deadHere, 0, `${LOCK}.t0.t0`);
    const lock = await acquireWriterLock(fs, PATH, { timeoutMs: 0 });
    lock.release();
    expect(fs.readdirSync("/d")).toEqual(["other"]);
  });

  it("is not taken over while another living process takes over", async () => {
    const fs = empty();
    hold(fs, deadHere, 0);
    hold(fs, { ...thisProcess(), thread: 7 }, 0, `${LOCK}.t0`);
    await expect(acquireWriterLock(fs, PATH, { timeoutMs: 5 })).rejects.toThrow(/being written by/);
  });

  it("has one holder where many find a dead one, in whatever order their calls come", async () => {
    // Before each call of one contender, another one gets as far as it can.
    for (let at = 1; at <= 14; at++) {
      const fs = empty();
      hold(fs, deadHere, 0);
      let calls = 0;
      const other: { lock?: Promise<Awaited<ReturnType<typeof acquireWriterLock>> | undefined> } = {};
      const interrupted = interceptFs(fs, {
        before: () => {
          calls += 1;
          if (calls === at) other.lock = acquireWriterLock(fs, PATH, { timeoutMs: 0 }).catch(() => undefined);
          return undefined;
        },
      });
      const first = await acquireWriterLock(interrupted, PATH, { timeoutMs: 0 }).catch(() => undefined);
      const second = await other.lock;
      expect(Number(first?.stillHeld() ?? false) + Number(second?.stillHeld() ?? false), `call ${at}`).toBe(
        1,
      );
      first?.release();
      second?.release();
      expect(fs.readdirSync("/d")).toEqual(["other"]);
    }
  });

  it("has one holder also where the creator was so slow that its file was taken over", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const fs = empty();
      const other = new LockFileAttempt(fs, LOCK, elsewhere);
      let taken: HeldLockFile | undefined;
      const stopping = interceptFs(fs, {
        before: (call) => {
          // The creator stops between creating its file and writing its identity.
          if (call.kind !== "write" || taken !== undefined) return undefined;
          taken = other.takeOver(() => undefined);
          vi.advanceTimersByTime(30);
          taken ??= other.takeOver(() => undefined);
          return undefined;
        },
      });
      expect(new LockFileAttempt(stopping, LOCK).create()).toBeUndefined();
      expect(taken === undefined ? false : holds(fs, LOCK, taken.holder)).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it("has one holder also where the slow creator, or another process, finds its identity before the other one is done", () => {
    for (const abandoned of [true, false]) {
      const fs = empty();
      hold(fs, deadHere, 0);
      const identity = String(fs.readFileSync(LOCK, "utf8"));
      fs.writeFileSync(LOCK, "");
      const second: (HeldLockFile | undefined)[] = [];
      const attempt = new LockFileAttempt(fs, LOCK);
      vi.useFakeTimers({ toFake: ["performance"] });
      try {
        const first = new LockFileAttempt(fs, LOCK, elsewhere);
        first.takeOver(() => undefined);
        vi.advanceTimersByTime(30);
        // The one that takes over stops between its last look and the renaming; the creator wakes up.
        const taken = first.takeOver(() => {
          fs.writeFileSync(LOCK, identity.replace("}", abandoned ? ',"abandoned":true}' : "}"));
          second.push(attempt.takeOver(() => undefined));
        });
        expect(taken === undefined ? false : holds(fs, LOCK, taken.holder)).toBe(true);
        expect(second).toEqual([undefined]);
      } finally {
        vi.useRealTimers();
      }
    }
  });

  it("is taken over in the end where a process died while it took over one without an identity", async () => {
    const fs = empty();
    hold(fs, deadHere, 0);
    hold(fs, deadHere, 0, `${LOCK}.torn`);
    const lock = await acquireWriterLock(fs, PATH);
    lock.release();
    expect(fs.readdirSync("/d")).toEqual(["other"]);
  });

  it("notices when it was taken or removed", async () => {
    const fs = empty();
    const lock = await acquireWriterLock(fs, PATH);
    fs.unlinkSync(LOCK);
    expect(lock.stillHeld()).toBe(false);
    expect(() => lock.assertHeld()).toThrow(/taken by another writer or removed/);
    const other = await acquireWriterLock(fs, PATH, { timeoutMs: 0 });
    lock.release();
    expect(other.stillHeld()).toBe(true);
    other.release();
  });

  it("is not lost, and leaves no file, where no more files can be opened", async () => {
    vi.useFakeTimers({ toFake: ["performance", "Date"] });
    try {
      const fs = empty();
      let isFull = false;
      const full = interceptFs(fs, {
        before: ({ kind }) => {
          if (kind === "open" && isFull) throw Object.assign(new Error("EMFILE"), { code: "EMFILE" });
          return undefined;
        },
      });
      const lock = await acquireWriterLock(full, PATH);
      isFull = true;
      vi.advanceTimersByTime(5000);
      expect(() => lock.assertHeld()).not.toThrow();
      vi.advanceTimersByTime(5000);
      lock.release();
      expect(fs.readdirSync("/d")).toEqual(["other"]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("tells whether it was taken over from one that died, or did not finish", async () => {
    const fs = empty();
    const first = await acquireWriterLock(fs, PATH);
    expect(first.tookOver).toBe(false);
    first.release();
    hold(fs, deadHere, 0);
    const second = await acquireWriterLock(fs, PATH, { timeoutMs: 0 });
    expect(second.tookOver).toBe(true);
    second.leaveForRecovery();
    second.release();
    const third = await acquireWriterLock(fs, PATH, { timeoutMs: 0 });
    expect(third.tookOver).toBe(true);
    third.release();
    const fourth = await acquireWriterLock(fs, PATH, { timeoutMs: 0 });
    expect(fourth.tookOver).toBe(false);
    fourth.release();
  });

  it("gives a sign of life while it is held", async () => {
    vi.useFakeTimers();
    try {
      const fs = empty();
      const lock = await acquireWriterLock(fs, PATH);
      fs.utimesSync(LOCK, 1, 1);
      vi.advanceTimersByTime(11_000);
      expect(Date.now() - fs.statSync(LOCK).mtimeMs).toBeLessThan(5000);
      lock.release();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("leaves nothing where the disk is full", async () => {
    const fs = empty();
    const full = faultyFs(fs, { calls: "writeSync", at: 1, errno: "ENOSPC" });
    await expect(acquireWriterLock(full, PATH)).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining("no space left"),
    });
    expect(fs.readdirSync("/d")).toEqual(["other"]);
  });
});

describe("writer lock between processes", () => {
  const workplace = makeWorkplace();
  afterAll(() => workplace.remove());

  function counter(path: string): number {
    const bytes = nodeFs.readFileSync(path);
    return bytes.readDoubleLE(8);
  }

  it("lets every process count to its end, none in between", async () => {
    const path = join(workplace.folder, "count.h5");
    await Promise.all([1, 2, 3].map(() => runChild(workplace, "increment", path, "40").done));
    expect(counter(path)).toBe(120);
    expect(nodeFs.existsSync(`${path}.journal`)).toBe(false);
  });

  it("counts worker threads as writers of their own", async () => {
    const path = join(workplace.folder, "threads.h5");
    await Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise((resolve, reject) => {
            const worker = new Worker(workplace.program, { workerData: ["increment", path, "30"] });
            worker.once("message", resolve);
            worker.once("error", reject);
          }),
      ),
    );
    expect(counter(path)).toBe(90);
  });

  itWith(linux)("is had at once after the worker thread that held it has ended", async () => {
    const path = join(workplace.folder, "ended.h5");
    const worker = new Worker(workplace.program, { workerData: ["hold", path] });
    await new Promise((resolve) => worker.once("message", resolve));
    await expect(acquireWriterLock(nodeFs, path, { timeoutMs: 20 })).rejects.toThrow(/is being written by/);
    await worker.terminate();
    (await acquireWriterLock(nodeFs, path, { timeoutMs: 1000 })).release();
  });

  it("is acquired at once after its holder was killed", async () => {
    const path = join(workplace.folder, "killed.h5");
    const holder = runChild(workplace, "hold", path);
    await holder.started;
    await expect(acquireWriterLock(nodeFs, path, { timeoutMs: 20 })).rejects.toThrow(
      `is being written by process ${holder.process.pid} (thread 0)`,
    );
    const waiting = acquireWriterLock(nodeFs, path);
    holder.process.kill("SIGKILL");
    const killed = performance.now();
    const lock = await waiting;
    expect(performance.now() - killed).toBeLessThan(1000);
    lock.release();
    await holder.done;
  });
});
