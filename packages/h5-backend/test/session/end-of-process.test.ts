import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, describe, expect, it } from "vitest";
import { runPython } from "../../../../test/support/h5py.js";
import { h5py, itWith } from "../../../../test/support/judges.js";
import { HDF5StorageManager, verify } from "../../src/index.js";
import { makeWorkplace } from "../durability/child.js";

const workplace = makeWorkplace();
afterAll(() => workplace.remove());

let count = 0;
const newPath = () => join(workplace.folder, `${count++}.h5`);

function run(path: string, how: string, turns = 0) {
  // In Node 24, process.exit may wait forever for a thread of V8's that compiles, which waits for the main thread to
  // collect garbage; without such threads it does not.
  const args = ["--single-threaded", workplace.program, "end", path, how, String(turns)];
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 30_000 });
  return { status, stderr, stdout };
}

async function rowsOf(path: string): Promise<number[]> {
  const { data, shape } = await new HDF5StorageManager(path).getData("rows");
  return Array.from({ length: shape[0] ?? 0 }, (_, n) => Number(data[2 * n + 1]));
}

const numbers = (length: number): number[] => Array.from({ length }, (_, n) => n);

async function expectWhole(path: string, rows: number): Promise<void> {
  expect(await rowsOf(path)).toEqual(numbers(rows));
  await expectNothingBeside(path);
}

async function expectNothingBeside(path: string): Promise<void> {
  expect(await verify(path)).toEqual([]);
  const beside = readdirSync(workplace.folder).filter((name) => /\.(journal|partial)/.test(name));
  expect(beside).toEqual([]);
}

describe("a program that ends without closeFile()", () => {
  it.each([
    { how: "ordinary", status: 0, says: /^$/ },
    { how: "exit", status: 0, says: /^$/ },
    { how: "exception", status: 1, says: /uncaught/ },
    { how: "rejection", status: 1, says: /unhandled/ },
    { how: "never resolved", status: 0, says: /^$/ },
  ])("has stored what was acknowledged: $how", async ({ how, status, says }) => {
    for (const isNew of [true, false]) {
      const path = newPath();
      if (!isNew) await new HDF5StorageManager(path).storeData([1, 2], "before");
      const outcome = run(path, how);
      expect(outcome.status).toBe(status);
      expect(outcome.stderr).toMatch(says);
      await expectWhole(path, 20);
      if (!isNew) expect([...(await new HDF5StorageManager(path).getData("before")).data]).toEqual([1, 2]);
    }
  });

  it.each(["during append", "during append of another", "during store of another file", "during close"])(
    "keeps a call that has resolved, and rolls back one that still runs: %s",
    async (how) => {
      const states: string[] = [];
      for (const turns of [0, 2, 40]) {
        const path = newPath();
        const { status, stderr, stdout } = run(path, how, turns);
        expect({ status, stderr }).toEqual({ status: 3, stderr: "" });
        states.push(stdout);
        const isDone = stdout === "resolved";
        const rows = await rowsOf(path);
        expect(rows.slice(0, 20)).toEqual(numbers(20));
        expect(rows).toHaveLength(
          how === "during close" ? 40 : 20 + (isDone && how === "during append" ? 2 ** 20 : 0),
        );
        expect(existsSync(`${path}.other`)).toBe(isDone && how === "during store of another file");
        const names = (await new HDF5StorageManager(path).listNodes()).map((node) => node.path);
        expect(names.includes("/others")).toBe(isDone && how === "during append of another");
        await expectNothingBeside(path);
      }
      expect(new Set(states)).toEqual(new Set(["running", "resolved"]));
    },
  );

  it("has stored it where the program is a worker thread that ends", async () => {
    const path = newPath();
    const worker = new Worker(workplace.program, { workerData: ["end", path, "ordinary"] });
    await new Promise((resolve) => worker.once("exit", resolve));
    await expectWhole(path, 20);
  });

  it("has stored rows in more compressed chunks than are kept decoded", async () => {
    const path = newPath();
    expect(run(path, "many chunks in part")).toEqual({ status: 0, stderr: "", stdout: "" });
    await expectWhole(path, 20);
    const { data, shape } = await new HDF5StorageManager(path).getData("wide");
    expect(shape).toEqual([5, 62_500]);
    expect(data.every((value, index) => value === Math.floor(index / 62_500))).toBe(true);
  });

  itWith(h5py)("has stored them as h5py reads them", () => {
    const path = newPath();
    expect(run(path, "many chunks in part")).toEqual({ status: 0, stderr: "", stdout: "" });
    const script = `
import h5py, sys
with h5py.File(sys.argv[1]) as f:
    d = f["wide"]
    print(d.shape, [sorted(set(row)) for row in d[:].tolist()])
`;
    expect(runPython(script, path).trim()).toBe("(5, 62500) [[0.0], [1.0], [2.0], [3.0], [4.0]]");
  });

  it("says what could not be stored, and ends with a failure", async () => {
    const path = newPath();
    await new HDF5StorageManager(path).storeData([1], "before");
    const { status, stderr } = run(path, "replaced");
    expect(status).toBe(1);
    expect(stderr).toContain(path);
    expect(stderr).toMatch(
      /at the end of the process: the rows appended to \/rows .*not stored.*removed or moved/,
    );
    expect(existsSync(`${path}.journal`)).toBe(false);
  });
});
