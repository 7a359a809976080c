import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, describe, expect, it } from "vitest";
import { HDF5StorageManager, verify } from "../../src/index.js";
import { makeWorkplace, runChild } from "./child.js";

const workplace = makeWorkplace();
afterAll(() => workplace.remove());

/** The rows of program.ts, as "writer:number". */
async function rowsOf(path: string): Promise<string[]> {
  const { data } = await new HDF5StorageManager(path).getData("rows");
  const rows: string[] = [];
  for (let at = 0; at < data.length; at += 2) rows.push(`${data[at]}:${data[at + 1]}`);
  return rows;
}

function everyRow(writers: number, count: number): string[] {
  return Array.from({ length: writers * count }, (_, at) => `${Math.floor(at / count)}:${at % count}`).sort();
}

function thread(...args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workplace.program, { workerData: args });
    worker.on("error", reject);
    worker.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`thread ended with ${code}`))));
  });
}

describe("several writers on one file", () => {
  it("append 200 rows each from 8 processes: 1,600 rows, each exactly once, those of each in order", async () => {
    const path = join(workplace.folder, "processes.h5");
    await Promise.all(
      Array.from(
        { length: 8 },
        (_, writer) => runChild(workplace, "append", path, String(writer), "200").done,
      ),
    );
    const rows = await rowsOf(path);
    expect(rows).toHaveLength(1600);
    expect([...rows].sort()).toEqual(everyRow(8, 200));
    for (let writer = 0; writer < 8; writer++) {
      const own = rows.filter((row) => row.startsWith(`${writer}:`));
      expect(own).toEqual(Array.from({ length: 200 }, (_, n) => `${writer}:${n}`));
    }
    expect(await verify(path)).toEqual([]);
    expect(readdirSync(workplace.folder).filter((name) => name.startsWith("processes"))).toEqual([
      "processes.h5",
    ]);
  });

  it("append from threads of one process, which take turns as processes do", async () => {
    const path = join(workplace.folder, "threads.h5");
    await Promise.all(Array.from({ length: 4 }, (_, writer) => thread("append", path, String(writer), "50")));
    expect((await rowsOf(path)).sort()).toEqual(everyRow(4, 50));
    expect(await verify(path)).toEqual([]);
  });

  it("are not held up by one that is killed while it has the lock", async () => {
    const path = join(workplace.folder, "held.h5");
    const m = new HDF5StorageManager(path, { lockTimeoutMs: 100 });
    await m.appendData([[0, 0]], "rows", { growDimension: 0 });
    const holder = runChild(workplace, "hold", path);
    await holder.started;
    // While it lives, the exception names the process that has the file.
    await expect(m.appendData([[1, 1]], "rows", { growDimension: 0 })).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining(`process ${holder.process.pid}`),
    });
    holder.process.kill("SIGKILL");
    await holder.done;
    const started = performance.now();
    await m.appendData([[2, 2]], "rows", { growDimension: 0 });
    // The holder's process has ended, so its lock is taken over at once; by time alone only after a minute.
    expect(performance.now() - started).toBeLessThan(1000);
    // What was not committed is gone with the holder.
    expect(await rowsOf(path)).toEqual(["0:0", "2:2"]);
  });
});

describe("readers beside a writer of another process", () => {
  const READ_MS = 4000;

  it("always see one commit, never an older one than before, and no error", async () => {
    const path = join(workplace.folder, "read.h5");
    const writer = runChild(workplace, "commit", path);
    await writer.started;
    const end = performance.now() + READ_MS;
    const states = new Set<number>();
    let [reads, lastState, lastLength] = [0, -1, 0];
    while (performance.now() < end) {
      // Fresh ones too, since sessions are kept from one read to the next.
      const m = new HDF5StorageManager(path);
      for (let round = 0; round < 3; round++) {
        const state = await m.getData("state", { closeFile: round === 2 });
        const [value = -1] = state.data as Float64Array;
        expect((state.data as Float64Array).every((one) => one === value)).toBe(true);
        expect(value).toBeGreaterThanOrEqual(lastState);
        lastState = value;
        states.add(value);
        const rows = await m.getData("rows", { closeFile: round === 2 });
        expect(rows.data).toEqual(
          Float64Array.from({ length: rows.data.length }, (_, at) => Math.floor(at / 3)),
        );
        expect(rows.data.length).toBeGreaterThanOrEqual(lastLength);
        lastLength = rows.data.length;
        reads += 2;
      }
      expect(await m.getMetadata()).toEqual({ Data_version: 5 });
      expect((await m.listNodes()).map((node) => node.path).sort()).toEqual(["/rows", "/state"]);
    }
    writer.process.kill("SIGKILL");
    await writer.done;
    expect(reads).toBeGreaterThan(100);
    expect(states.size).toBeGreaterThan(20);
  });
});
