import { renameSync, writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { HDF5StorageManager } from "../../src/index.js";

// What tests run in processes and threads of their own: node program.mjs <command> <path> <number> ...

/** The n-th operation of a writer that never stops; original-writer.py does the same, killed-files.py knows what it leaves. */
async function operate(m: HDF5StorageManager, n: number): Promise<void> {
  const row = [new Array<number>(8).fill(n)];
  switch (n % 5) {
    case 0:
      return m.appendData(row, "rows", { growDimension: 0, chunks: [16, 8] });
    case 1:
      return m.storeData(new Float64Array(1000).fill(n), "state");
    case 2:
      return m.setMetadata({ last: n, text: "x".repeat(n % 50) });
    case 3:
      for (let times = 0; times < 3; times++)
        await m.appendData(row, "rows", { growDimension: 0, closeFile: false });
      return m.closeFile();
    default:
      return m.storeData([n], `d${n}`, { where: "/group" });
  }
}

/** Prints the number of each operation once it is done, until it is killed. */
async function operateForEver(path: string): Promise<void> {
  const m = new HDF5StorageManager(path);
  for (let n = 0; ; n++) {
    await operate(m, n);
    writeSync(1, `${n}\n`);
  }
}

/** `count` rows, each with the number of its writer and its own. */
async function append(path: string, writer: number, count: number): Promise<void> {
  const m = new HDF5StorageManager(path, { lockTimeoutMs: 120_000 });
  for (let n = 0; n < count; n++) await m.appendData([[writer, n]], "rows", { growDimension: 0 });
}

/** As `append`, of a process whose clock jumps by `jumpMs` after its first row. */
async function appendWithJump(path: string, writer: number, count: number, jumpMs: number): Promise<void> {
  const m = new HDF5StorageManager(path, { lockTimeoutMs: 120_000 });
  for (let n = 0; n < count; n++) {
    // Some are kept open for a moment: a holder that others watch.
    await m.appendData([[writer, n]], "rows", { growDimension: 0, closeFile: false });
    if (n % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await m.closeFile();
    if (n > 0) continue;
    const { now } = Date;
    Date.now = () => now() + jumpMs;
  }
}

/** Sessions that each append a row, pause and close; prints for each its number, when the close began, and whether it resolved. */
async function closeAgainAndAgain(path: string, count: number): Promise<void> {
  const m = new HDF5StorageManager(path);
  for (let n = 0; n < count; n++) {
    let isStored = false;
    let closing = process.hrtime.bigint();
    try {
      await m.appendData([[n]], "rows", { growDimension: 0, closeFile: false });
      if (n === 0) writeSync(1, "begun\n");
      await new Promise((resolve) => setTimeout(resolve, 3));
      closing = process.hrtime.bigint();
      await m.closeFile();
      isStored = true;
    } catch {
      // What another program did to the file.
    }
    writeSync(1, `${JSON.stringify({ n, closing: String(closing), isStored })}\n`);
  }
}

/** Commits that each append a row and, in a commit of its own, overwrite a dataset as a whole. */
async function commitForEver(path: string): Promise<void> {
  const m = new HDF5StorageManager(path);
  for (let n = 0; ; n++) {
    await m.storeData(new Float64Array(20_000).fill(n), "state");
    await m.appendData([[n, n, n]], "rows", { growDimension: 0, chunks: [64, 3] });
    if (n === 0) writeSync(1, "begun\n");
  }
}

/** Has the lock, with rows that are not committed, until it is killed. */
async function hold(path: string): Promise<void> {
  const m = new HDF5StorageManager(path);
  await m.appendData([[9, 9]], "rows", { growDimension: 0, closeFile: false });
  writeSync(1, "held\n");
  setInterval(() => undefined, 1000);
}

/** Has 20 appends acknowledged, and then ends in one of several ways without `closeFile`. */
async function end(path: string, how: string, turns: number): Promise<void> {
  const m = new HDF5StorageManager(path);
  for (let n = 0; n < 20; n++) await m.appendData([[0, n]], "rows", { growDimension: 0, closeFile: false });
  const large = { dtype: "float64", shape: [2 ** 20, 2], data: new Float64Array(2 ** 21).fill(9) } as const;
  /** Ends some turns after a call began, and prints whether that had resolved by then. */
  const exitDuring = async (call: Promise<void>): Promise<never> => {
    let state = "running";
    void call.then(() => {
      state = "resolved";
    });
    for (let n = 0; n < turns; n++) await new Promise((resolve) => setImmediate(resolve));
    writeSync(1, state);
    process.exit(3);
  };
  switch (how) {
    case "ordinary":
      return;
    case "exit":
      process.exit(0);
      break;
    case "exception":
      setImmediate(() => {
        throw new Error("uncaught");
      });
      return;
    case "rejection":
      throw new Error("unhandled");
    case "during append":
      return exitDuring(m.appendData(large, "rows", { growDimension: 0, closeFile: false }));
    case "during append of another":
      return exitDuring(m.appendData(large, "others", { growDimension: 0, closeFile: false }));
    case "during store of another file":
      return exitDuring(new HDF5StorageManager(`${path}.other`).storeData(large, "x"));
    case "during close":
      for (let n = 20; n < 40; n++)
        await m.appendData([[0, n]], "rows", { growDimension: 0, closeFile: false });
      return exitDuring(m.closeFile());
    case "never resolved":
      void new HDF5StorageManager(`${path}.other`).storeData({ ...large, blocks: never() }, "x");
      return;
    case "many chunks in part":
      for (let n = 0; n < 5; n++) {
        // A row goes through ten chunks of 10 MB.
        const row = { dtype: "float64", shape: [1, 62_500], data: new Float64Array(62_500).fill(n) } as const;
        const chunks = [200, 6250];
        const options = { growDimension: 0, closeFile: false, compression: { gzip: 1 }, chunks } as const;
        await m.appendData(row, "wide", options);
        if (n === 2) await m.closeFile();
      }
      process.exit(0);
      break;
    case "replaced":
      renameSync(path, `${path}.moved`);
      process.exit(0);
      break;
    default:
      throw new Error(`no such end: ${how}`);
  }
}

async function* never(): AsyncGenerator<number[][]> {
  yield [[1, 2]];
  await new Promise(() => undefined);
}

async function* slowly(rows: number[][]): AsyncGenerator<number[][]> {
  for (const row of rows) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    yield [row];
  }
}

/** Works on `count` files at once in a folder, and prints how that ended. */
async function burst(folder: string, kind: string, count: number): Promise<void> {
  // A file that is kept open is never released.
  const options = kind === "keep" ? { lockTimeoutMs: 300 } : {};
  const managers = Array.from(
    { length: count },
    (_, n) => new HDF5StorageManager(`${folder}/${n}.h5`, options),
  );
  const calls: Record<string, (m: HDF5StorageManager, n: number) => Promise<unknown>> = {
    store: (m, n) => m.storeData([n, n], "x"),
    blocks: (m, n) => m.storeData({ dtype: "float64", shape: [1, 2], blocks: slowly([[n, n]]) }, "x"),
    read: (m) => m.getData("x"),
    keep: (m, n) => m.appendData([[n, n]], "x", { growDimension: 0, closeFile: false }),
  };
  const call = calls[kind];
  if (call === undefined) throw new Error(`no such burst: ${kind}`);
  const outcomes = await Promise.allSettled(managers.map(call));
  const reasons = outcomes.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
  await Promise.allSettled(managers.map((m) => m.closeFile()));
  writeSync(1, JSON.stringify({ rejected: reasons.length, reason: reasons[0] ?? "" }));
}

async function main([command, path = "", ...rest]: readonly string[]): Promise<void> {
  const [first = 0, second = 0, third = 0] = rest.map(Number);
  switch (command) {
    case "operate":
      return operateForEver(path);
    case "append":
      return append(path, first, second);
    case "append with jump":
      return appendWithJump(path, first, second, third);
    case "close":
      return closeAgainAndAgain(path, first);
    case "commit":
      return commitForEver(path);
    case "hold":
      return hold(path);
    case "end":
      return end(path, rest[0] ?? "", second);
    case "burst":
      return burst(path, rest[0] ?? "", second);
    default:
      throw new Error(`no such command: ${command}`);
  }
}

const given: unknown = workerData;
await main(Array.isArray(given) ? given.map(String) : process.argv.slice(2));
parentPort?.postMessage("done");
