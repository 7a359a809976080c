import nodeFs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { createMemoryFs, faultyFs } from "../../../testkit/src/index.js";
import { JournaledPort, type JournaledPortOptions } from "../../src/port/journaled-port.js";
import { acquireWriterLock } from "../../src/port/writer-lock.js";
import {
  arbitraryTransaction,
  committedLength,
  expected,
  makeChanges,
  sameBytes,
  seenByOthers,
  seenByReader,
  transact,
} from "./transactions.js";

const folder = temporaryFolder("journaled-port");

let count = 0;
const places: Record<string, () => { fs: typeof nodeFs; path: string }> = {
  // memfs has node:fs's shape.
  "in memory": () => ({ fs: createMemoryFs({ "/d/x": "" }) as unknown as typeof nodeFs, path: "/d/a.h5" }),
  "on disk": () => ({ fs: nodeFs, path: folder(`${count++}.h5`) }),
};

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

async function begin(
  fs: Parameters<typeof acquireWriterLock>[0],
  path: string,
  options?: JournaledPortOptions,
) {
  const lock = await acquireWriterLock(fs, path, { timeoutMs: 50 });
  return { lock, port: JournaledPort.open(lock, options) };
}

describe.each(Object.entries(places))("journaled port %s", (_where, place) => {
  it("leaves the times of the file to the system", async () => {
    const { fs, path } = place();
    for (const times of [1, 2]) {
      const before = Date.now();
      const { lock, port } = await begin(fs, path);
      port.write(text(`length${times}`), 0);
      port.commit();
      lock.release();
      // The clock that the system gives files moves in steps.
      expect(fs.statSync(path).mtimeMs).toBeGreaterThan(before - 15);
      expect(fs.statSync(path).mtimeMs).toBeLessThanOrEqual(Date.now() + 1);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  });

  it("shows what was written, and after a commit so does the file", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryTransaction(12_000), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(1, 9000, 1 << 24),
        fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
        async (transactions, bufferBytes, commits) => {
          const { fs, path } = place();
          let model: Uint8Array = new Uint8Array();
          for (const [index, changes] of transactions.entries()) {
            const { lock, port } = await begin(fs, path, { committedLength, bufferBytes });
            const next = expected(model, changes);
            makeChanges(port, changes);
            const shown = new Uint8Array(port.size + 10);
            expect(port.read(shown, 0)).toBe(next.length);
            expect(sameBytes(shown.subarray(0, next.length), next)).toBe(true);
            const middle = new Uint8Array(100);
            const there = port.read(middle, 5000);
            expect(sameBytes(middle.subarray(0, there), next.subarray(5000, 5100))).toBe(true);
            // Before the commit no reader sees anything of it.
            if (model.length > 0) expect(sameBytes(seenByReader(fs, path), model)).toBe(true);
            else expect(fs.existsSync(path)).toBe(false);
            if (commits[index] === true) {
              port.commit();
              model = next;
            } else port.rollBack();
            lock.release();
            if (model.length > 0) expect(sameBytes(fs.readFileSync(path), model)).toBe(true);
          }
          expect(fs.existsSync(`${path}.journal`)).toBe(false);
          expect(fs.existsSync(`${path}.partial`)).toBe(false);
        },
      ),
      { seed: 3, numRuns: 60 },
    );
  });

  it("writes nothing beyond the committed length once another writer has its lock", async () => {
    const { fs, path } = place();
    fs.writeFileSync(path, "committed");
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { lock, port } = await begin(fs, path);
    port.write(text("before"), 9);
    fs.unlinkSync(lock.journalPath);
    const other = await begin(fs, path, { committedLength: () => 9 });
    other.port.write(text("others"), 9);
    vi.setSystemTime(Date.now() + 5000);
    expect(() => port.write(text("after"), 12)).toThrow(/taken by another writer or removed/);
    expect(() => port.truncate(40)).toThrow(/taken by another writer or removed/);
    expect(() => port.commit()).toThrow(/nothing of this session was stored/);
    lock.release();
    other.port.commit();
    other.lock.release();
    expect(String(fs.readFileSync(path))).toBe("committedothers");
  });

  it("gives a new file its mode, and leaves nothing beside it", async () => {
    const { fs, path } = place();
    const { lock, port } = await begin(fs, path, { fileMode: 0o640 });
    expect(port.isNew).toBe(true);
    port.write(text("hello"), 3);
    expect(fs.existsSync(path)).toBe(false);
    port.commit();
    lock.release();
    expect(fs.statSync(path).mode & 0o777).toBe(0o640);
    expect([...fs.readFileSync(path)]).toEqual([0, 0, 0, ...text("hello")]);
    expect(fs.readdirSync(join(path, "..")).filter((name) => name.startsWith(path.slice(-4)))).toHaveLength(
      1,
    );
  });

  it("gives a new file mode 0744 by default", async () => {
    const { fs, path } = place();
    await transact(fs, path, []);
    expect(fs.statSync(path).mode & 0o777).toBe(0o744);
  });

  it("leaves no file where a new one is rolled back", async () => {
    const { fs, path } = place();
    const { lock, port } = await begin(fs, path);
    port.write(text("hello"), 0);
    port.rollBack();
    port.rollBack();
    lock.release();
    expect(fs.existsSync(path)).toBe(false);
    expect(fs.existsSync(`${path}.partial`)).toBe(false);
  });

  it("writes no journal and changes nothing where nothing was written", async () => {
    const { fs, path } = place();
    await transact(fs, path, [{ kind: "write", position: 8, data: text("old") }]);
    const before = fs.statSync(path).mtimeMs;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { lock, port } = await begin(fs, path);
    port.read(new Uint8Array(10), 0);
    port.commit();
    expect(fs.statSync(`${path}.journal`).size).toBe(512);
    lock.release();
    expect(fs.statSync(path).mtimeMs).toBe(before);
  });

  it("writes no journal where the file already has what was written", async () => {
    const { fs, path } = place();
    const data = new Uint8Array(1 << 17).fill(5);
    await transact(fs, path, [{ kind: "write", position: 4096, data }]);
    const { lock, port } = await begin(fs, path);
    port.write(data, 4096);
    port.commit();
    expect(fs.statSync(`${path}.journal`).size).toBe(512);
    lock.release();
  });

  it("cuts off what a dead writer had appended, and shows zeros where the file grows again", async () => {
    const { fs, path } = place();
    await transact(fs, path, [{ kind: "write", position: 8, data: text("committed") }]);
    fs.appendFileSync(path, "left by a writer that died");
    const { lock, port } = await begin(fs, path, { committedLength });
    expect(port.size).toBe(17);
    makeChanges(port, [{ kind: "write", position: 20, data: text("!") }]);
    port.commit();
    lock.release();
    expect([...fs.readFileSync(path).subarray(8)]).toEqual([...text("committed"), 0, 0, 0, ...text("!")]);
  });

  it("can make several transactions under one lock", async () => {
    const { fs, path } = place();
    await transact(fs, path, [{ kind: "write", position: 8, data: text("aaaa") }]);
    const lock = await acquireWriterLock(fs, path);
    for (const letter of ["b", "c", "d"]) {
      const port = JournaledPort.open(lock, { committedLength });
      makeChanges(port, [{ kind: "write", position: 9, data: text(letter) }]);
      port.commit();
      expect(String(fs.readFileSync(path).subarray(8))).toBe(`a${letter}aa`);
      expect(seenByReader(fs, path)).toEqual(new Uint8Array(fs.readFileSync(path)));
    }
    lock.release();
  });
});

describe("journaled port", () => {
  const PATH = "/d/a.h5";
  const OLD = text("the old content of this file, which is longer than nothing");
  const seeded = () => createMemoryFs({ [PATH]: OLD });

  it("refuses writes and commits after its end", async () => {
    const { lock, port } = await begin(seeded(), PATH);
    port.commit();
    expect(() => port.write(text("x"), 0)).toThrow(/a\.h5.*after its session ended/);
    expect(() => port.truncate(0)).toThrow(/after its session ended/);
    expect(() => port.commit()).toThrow(/after its session ended/);
    lock.release();
  });

  it("refuses a folder, a missing folder and a file without permission as what they are", async () => {
    const fs = createMemoryFs({ "/d/folder/x": "" });
    const lock = await acquireWriterLock(fs, "/d/folder");
    expect(() => JournaledPort.open(lock)).toThrow(
      expect.objectContaining({ code: "FILE_STRUCTURE", message: expect.stringContaining("folder") }),
    );
    lock.release();
    await expect(acquireWriterLock(fs, "/nowhere/a.h5")).rejects.toMatchObject({ code: "FILE_STRUCTURE" });
    const refusing = faultyFs(fs, { calls: "openSync", at: 1, errno: "EACCES" });
    await expect(acquireWriterLock(refusing, PATH)).rejects.toMatchObject({ code: "FILE_STRUCTURE" });
  });

  it("does not commit after a write that failed, and says why", async () => {
    const fs = faultyFs(seeded(), {
      calls: (call) => call.kind === "write" && call.path === PATH,
      at: 1,
      errno: "ENOSPC",
    });
    const { lock, port } = await begin(fs, PATH);
    port.write(text("new"), 0);
    expect(() => port.write(text("more"), 200)).toThrow(/ENOSPC/);
    expect(() => port.commit()).toThrow(
      expect.objectContaining({ code: "FILE_STORAGE", message: expect.stringMatching(/a\.h5.*ENOSPC/) }),
    );
    lock.release();
    expect(sameBytes(new Uint8Array(Buffer.from(fs.readFileSync(PATH))), OLD)).toBe(true);
    expect(fs.existsSync(`${PATH}.journal`)).toBe(false);
  });

  // Of a commit of two extents and growth under "power": which call fails for good, and what becomes of the commit.
  const CHANGES = [
    { kind: "write", position: 10, data: text("NEW") },
    { kind: "write", position: 5000, data: text("NEW") },
    { kind: "write", position: 9999, data: text("END") },
  ] as const;

  it.each([
    ["the journal cannot be written", "write", `${PATH}.journal`, 2, 1, "not"],
    ["the journal cannot be synced", "sync", `${PATH}.journal`, 1, 1, "not"],
    ["the file cannot be synced before the journal", "sync", PATH, 1, 1, "not"],
    ["the file cannot be written once", "write", PATH, 2, 1, "done"],
    ["the file cannot be written at all", "write", PATH, 2, Number.POSITIVE_INFINITY, "committed"],
    ["the file cannot be synced any more", "sync", PATH, 2, Number.POSITIVE_INFINITY, "committed"],
    ["the journal cannot be removed", "unlink", `${PATH}.journal`, 1, Number.POSITIVE_INFINITY, "left"],
  ])("when %s", async (_what, kind, path, at, times, outcome) => {
    const disk = createMemoryFs({ "/d/other": "" });
    await transact(disk, PATH, [{ kind: "write", position: 8, data: new Uint8Array(8000).fill(1) }]);
    const before = seenByOthers(disk, PATH) ?? new Uint8Array();
    const after = expected(before, CHANGES);
    const fs = faultyFs(disk, {
      calls: (call) => call.kind === kind && call.path === path,
      at,
      times,
      errno: "EIO",
    });
    const lock = await acquireWriterLock(fs, PATH);
    const port = JournaledPort.open(lock, { committedLength, durability: "power" });
    makeChanges(port, CHANGES);
    if (outcome === "not") {
      expect(() => port.commit()).toThrow(
        expect.objectContaining({
          code: "FILE_STORAGE",
          message: expect.stringContaining("nothing of this session was stored"),
        }),
      );
      lock.release();
      expect(sameBytes(new Uint8Array(Buffer.from(disk.readFileSync(PATH))), before)).toBe(true);
    } else if (outcome === "committed") {
      expect(() => port.commit()).toThrow(
        expect.objectContaining({
          code: "FILE_STORAGE",
          message: expect.stringContaining("it is committed"),
        }),
      );
      lock.release();
      expect(sameBytes(seenByReader(disk, PATH), after)).toBe(true);
      const next = await acquireWriterLock(disk, PATH, { timeoutMs: 0 });
      expect(next.recovered).toBe("applied");
      next.release();
    } else {
      port.commit();
      lock.release();
      if (outcome === "left") {
        expect(disk.existsSync(`${PATH}.journal`)).toBe(true);
        const next = await acquireWriterLock(disk, PATH, { timeoutMs: 0 });
        expect(next.recovered).toBe("applied");
        next.release();
      }
    }
    expect(sameBytes(seenByOthers(disk, PATH), outcome === "not" ? before : after)).toBe(true);
    expect(disk.existsSync(`${PATH}.journal`)).toBe(false);
  });

  it("does not mix commits of several files whose steps alternate", async () => {
    const fs = createMemoryFs({ "/d/other": "" });
    const sizes = [9 << 20, 500_000, 5 << 20, 1000];
    const ports = await Promise.all(
      sizes.map(async (size, index) => {
        const path = `/d/${index}.h5`;
        await transact(fs, path, [{ kind: "write", position: 8, data: new Uint8Array(size) }]);
        const { lock, port } = await begin(fs, path);
        port.write(new Uint8Array(size).fill(index + 1), 8);
        return { lock, port, path, size, index, steps: port.commitSteps() };
      }),
    );
    let running = ports;
    let rounds = 0;
    while (running.length > 0) {
      running = running.filter(({ steps }) => steps.next().done !== true);
      rounds += 1;
    }
    expect(rounds).toBeGreaterThan(2);
    for (const { lock, path, size, index } of ports) {
      lock.release();
      const bytes = new Uint8Array(Buffer.from(fs.readFileSync(path)));
      expect(sameBytes(bytes.subarray(8), new Uint8Array(size).fill(index + 1))).toBe(true);
    }
  });

  it("does not undo what is committed, even if the steps of the commit are not finished", async () => {
    const fs = createMemoryFs({ "/d/other": "" });
    await transact(fs, PATH, [{ kind: "write", position: 8, data: new Uint8Array(9 << 20) }]);
    const { lock, port } = await begin(fs, PATH);
    const after = new Uint8Array(10 << 20).fill(3);
    port.write(after, 8);
    port.commitSteps().next();
    port.rollBack();
    lock.release();
    const next = await acquireWriterLock(fs, PATH, { timeoutMs: 0 });
    expect(next.recovered).toBe("applied");
    next.release();
    expect(sameBytes(new Uint8Array(Buffer.from(fs.readFileSync(PATH))).subarray(8), after)).toBe(true);
  });

  it("neither commits nor rolls back once another writer has its lock", async () => {
    const fs = seeded();
    const { lock, port } = await begin(fs, PATH);
    port.write(text("new"), 0);
    port.write(text("tail"), OLD.length);
    const now = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(now + 100_000);
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    // As another writer does that takes over.
    fs.writeFileSync(`${PATH}.journal`, '{"host":"elsewhere","pid":1,"token":"other","since":0}\n');
    expect(() => port.commit()).toThrow(/taken by another writer/);
    lock.release();
    expect(String(fs.readFileSync(PATH)).slice(OLD.length)).toBe("tail");
    expect(fs.existsSync(`${PATH}.journal`)).toBe(true);
  });
});

it("cuts off at once what a disk that filled up had taken of a write", async () => {
  const path = folder(`${count++}.h5`);
  nodeFs.writeFileSync(path, "committed");
  const writeSync = (
    fd: number,
    data: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): number => {
    if (position + length <= 5000) return nodeFs.writeSync(fd, data, offset, length, position);
    if (position >= 5000) throw Object.assign(new Error("ENOSPC: no space left, write"), { code: "ENOSPC" });
    return nodeFs.writeSync(fd, data, offset, 5000 - position, position);
  };
  const { lock, port } = await begin({ ...nodeFs, writeSync } as typeof nodeFs, path, { bufferBytes: 1 });
  expect(() => {
    port.write(new Uint8Array(9000), 9);
    port.commit();
  }).toThrow("ENOSPC");
  port.rollBack();
  lock.release();
  expect(nodeFs.readFileSync(path, "utf8")).toBe("committed");
});
