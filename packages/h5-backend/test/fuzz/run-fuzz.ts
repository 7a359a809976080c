import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { bundle } from "../support/bundle.js";

const fixtures = fileURLToPath(new URL("../../../../fixtures/h5py/", import.meta.url));
const FILES = ["earliest", "v110", "latest"].map((style) => `${fixtures}small-${style}.h5`);

/** The outcome of a run: the numbers of damaged files at which something went wrong, and what. */
export interface FuzzOutcome {
  readonly problems: string[];
  /** Bytes of the WASM heap at the end of each child. */
  readonly heaps: number[];
  /** How many times HDF5 was reset, after a crash or another failure. */
  starts: number;
}

/** One child from `first` on; resolves with the number to go on from. */
function runChild(
  program: string,
  first: number,
  end: number,
  secondsEach: number,
  outcome: FuzzOutcome,
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, String(first), String(end), ...FILES], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let at = first;
    let output = "";
    const hangs = (): void => {
      outcome.problems.push(`file ${at} takes more than ${secondsEach} s`);
      child.kill("SIGKILL");
    };
    let timer = setTimeout(hangs, secondsEach * 1000);
    child.stderr.on("data", (data) => {
      output = (output + String(data)).slice(-2000);
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [kind, value] = line.split(" ", 2);
      clearTimeout(timer);
      timer = setTimeout(hangs, secondsEach * 1000);
      if (kind === "at") at = Number(value);
      else if (kind === "heap") outcome.heaps.push(Number(value));
      else if (kind === "starts") outcome.starts += Number(value);
      else outcome.problems.push(line);
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve(end);
      if (signal === null) outcome.problems.push(`file ${at} ends the process: ${output}`);
      resolve(at + 1);
    });
  });
}

/** Uses the damaged files of the numbers from `first` to before `end`, each within a time. */
export async function runFuzz(first: number, end: number, secondsEach: number): Promise<FuzzOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "tvb-fuzz-"));
  const outcome: FuzzOutcome = { problems: [], heaps: [], starts: 0 };
  try {
    const program = bundle(new URL("fuzz-program.ts", import.meta.url), folder);
    for (let next = first; next < end; ) next = await runChild(program, next, end, secondsEach, outcome);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return outcome;
}
