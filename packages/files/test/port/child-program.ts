import nodeFs from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { JournaledPort } from "../../src/port/journaled-port.js";
import { ReadPort } from "../../src/port/read-port.js";
import { acquireWriterLock } from "../../src/port/writer-lock.js";
import { committedLength, HEADER_BYTES, makeChanges } from "./transactions.js";

// What tests run in processes of their own: node child.mjs <command> <path> <number>

/** Where the stamps are that every commit changes together: on several pages. */
const STAMPS = [HEADER_BYTES, 5000, 9000, 17_000, 40_000, 99_000];

function stamp(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}

function readStamp(port: { read(target: Uint8Array, position: number): number }, position: number): number {
  const bytes = new Uint8Array(8);
  port.read(bytes, position);
  return new DataView(bytes.buffer).getFloat64(0, true);
}

async function update(path: string, change: (before: number) => number): Promise<number> {
  const lock = await acquireWriterLock(nodeFs, path, { timeoutMs: 60_000 });
  try {
    const port = JournaledPort.open(lock, { committedLength });
    const next = change(port.size > HEADER_BYTES ? readStamp(port, HEADER_BYTES) : 0);
    const changes = STAMPS.map((position) => ({ kind: "write", position, data: stamp(next) }) as const);
    // And some growth, so that writes beyond the committed length happen too.
    makeChanges(port, [
      ...changes,
      { kind: "write", position: Math.max(port.size, 99_008), data: stamp(next) },
    ]);
    port.commit();
    return next;
  } finally {
    lock.release();
  }
}

export interface Readings {
  readonly valid: number;
  readonly invalid: number;
  /** Readings said to be of one commit that were of two. */
  readonly torn: number;
  /** Readings older than one before. */
  readonly backwards: number;
  readonly distinct: number;
}

function readFor(path: string, ms: number, verified: boolean | undefined): Readings {
  const end = Date.now() + ms;
  const distinct = new Set<number>();
  let [valid, invalid, torn, backwards, last] = [0, 0, 0, 0, 0];
  while (Date.now() < end) {
    const port = ReadPort.open(nodeFs, path, verified === undefined ? {} : { verified });
    const stamps = STAMPS.map((position) => readStamp(port, position));
    if (port.validate()) {
      valid += 1;
      const [first = 0] = stamps;
      if (stamps.some((value) => value !== first)) torn += 1;
      if (first < last) backwards += 1;
      last = first;
      distinct.add(first);
    } else invalid += 1;
    port.close();
  }
  return { valid, invalid, torn, backwards, distinct: distinct.size };
}

async function main([command, path = "", number = "0"]: readonly string[]): Promise<unknown> {
  switch (command) {
    case "increment": {
      for (let done = 0; done < Number(number); done++) await update(path, (before) => before + 1);
      return "done";
    }
    case "hold":
      await acquireWriterLock(nodeFs, path);
      setInterval(() => undefined, 1000);
      return "held";
    case "acknowledge":
      // Until it is killed: every number that it prints is committed.
      for (;;) nodeFs.writeSync(1, `${await update(path, (before) => before + 1)}\n`);
    case "read":
      return readFor(path, Number(number), undefined);
    case "read verified":
      return readFor(path, Number(number), true);
    default:
      throw new Error(`no such command: ${command}`);
  }
}

const given: unknown = workerData;
const result = await main(Array.isArray(given) ? given.map(String) : process.argv.slice(2));
if (parentPort === null) process.stdout.write(`${JSON.stringify(result)}\n`);
else parentPort.postMessage(result);
