import { spawn } from "node:child_process";
import { copyFileSync, existsSync, linkSync, renameSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { HDF5StorageManager, verify } from "../../src/index.js";
import { runChild, type Workplace } from "./child.js";

// What other processes do to a writer: a clock that jumps, a file that is removed or replaced.

const HOUR_MS = 3_600_000;
const ROWS = 12;

/** The rows of a dataset, as text; none where there is no file. */
async function rowsOf(path: string, columns: number): Promise<string[]> {
  if (!existsSync(path)) return [];
  const found = await new HDF5StorageManager(path).getData("rows", { ignoreErrors: true });
  const data = [...(found?.data ?? [])].map(Number);
  return Array.from({ length: data.length / columns }, (_, row) =>
    data.slice(row * columns, (row + 1) * columns).join(":"),
  );
}

/** Two processes append to one file, the clock of one jumps; returns what is wrong afterwards. */
export async function clockTrial(workplace: Workplace, trial: number): Promise<string[]> {
  const path = join(workplace.folder, `clock-${trial}.h5`);
  const jumpMs = [HOUR_MS, -HOUR_MS, 24 * HOUR_MS, HOUR_MS][trial % 4] ?? 0;
  await Promise.all(
    [0, jumpMs].map(
      (jump, writer) =>
        runChild(workplace, "append with jump", path, String(writer), String(ROWS), String(jump)).done,
    ),
  );
  const rows = await rowsOf(path, 2);
  const expected = [0, 1].flatMap((writer) => Array.from({ length: ROWS }, (_, n) => `${writer}:${n}`));
  const problems = (await verify(path)).map(({ problem }) => problem);
  if ([...rows].sort().join() !== expected.sort().join()) problems.push(`the rows are ${rows.join()}`);
  return problems;
}

const ACTS = {
  unlinked: (path: string) => unlinkSync(path),
  "moved away": (path: string) => renameSync(path, `${path}.moved`),
  replaced: (path: string, foreign: string) => renameSync(foreign, path),
  created: (path: string, foreign: string) => linkSync(foreign, path),
} as const;

interface Session {
  readonly n: number;
  readonly closing: bigint;
  readonly isStored: boolean;
}

/** A process has sessions on a file, which another process removes or replaces at some moment; returns what is wrong afterwards. */
export async function lostFileTrial(workplace: Workplace, trial: number): Promise<string[]> {
  const path = join(workplace.folder, `lost-${trial}.h5`);
  const foreign = join(workplace.folder, `foreign-${trial}.h5`);
  await new HDF5StorageManager(foreign).storeData([1, 2, 3], "foreign");
  copyFileSync(foreign, `${foreign}.kept`);
  const names = Object.keys(ACTS) as (keyof typeof ACTS)[]; // the keys of an object literal
  const name = names[trial % names.length] ?? "unlinked";
  if (name !== "created") await new HDF5StorageManager(path).appendData([[-1]], "rows", { growDimension: 0 });

  const child = spawn(process.execPath, [workplace.program, "close", path, "20"], { stdio: "pipe" });
  let output = "";
  const begun = new Promise<void>((resolve) => {
    child.stdout.on("data", (data) => {
      output += String(data);
      resolve();
    });
  });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  await begun;
  // A new file is created before the first commit; the others at any time.
  if (name !== "created") await new Promise((resolve) => setTimeout(resolve, (trial * 7) % 60));
  let happened: bigint | undefined;
  try {
    ACTS[name](path, foreign);
    happened = process.hrtime.bigint();
  } catch {
    // It was too late to create it, or the file is not there just now.
  }
  await ended;

  const rows = await rowsOf(path, 1);
  const problems = existsSync(path) ? (await verify(path)).map(({ problem }) => problem) : [];
  for (const { n, closing, isStored } of sessionsIn(output))
    if (isStored && (happened === undefined || closing > happened) && !rows.includes(String(n)))
      problems.push(`${name}: session ${n} resolved and is not in the file`);
  if (happened !== undefined && (name === "replaced" || name === "created")) {
    const found = await new HDF5StorageManager(path).getData("foreign", { ignoreErrors: true });
    if (found?.data.join() !== "1,2,3") problems.push(`${name}: the other program's data are gone`);
  }
  for (const suffix of [".journal", ".partial"])
    if (existsSync(path + suffix)) problems.push(`${name}: ${suffix} is left`);
  return problems;
}

function sessionsIn(output: string): Session[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => {
      // Printed by program.ts.
      const { n, closing, isStored } = JSON.parse(line) as { n: number; closing: string; isStored: boolean };
      return { n, closing: BigInt(closing), isStored };
    });
}

/** Runs trials, two at a time; returns what is wrong after each that failed. */
export async function runTrials(
  count: number,
  trial: (index: number) => Promise<string[]>,
): Promise<{ readonly trials: number; readonly bad: readonly string[] }> {
  const bad: string[] = [];
  let next = 0;
  const runner = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      const problems = await trial(index);
      if (problems.length > 0) bad.push(`trial ${index}: ${problems.join("; ")}`);
    }
  };
  await Promise.all([runner(), runner()]);
  return { trials: count, bad };
}
