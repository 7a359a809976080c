import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recover } from "../../src/index.js";

/** What h5py said of the files of all trials; see killed-files.py. */
interface Verdict {
  readonly good: number;
  readonly unreadable: readonly (readonly [file: string, why: string])[];
  readonly lost: readonly (readonly [file: string, why: string])[];
  readonly incomplete: readonly (readonly [file: string, why: string])[];
}

export interface KillTrials extends Verdict {
  readonly trials: number;
  /** Operations that were acknowledged in all trials. */
  readonly acknowledged: number;
  /** Trials after which there was a journal, or a new file under its other name. */
  readonly interrupted: number;
  /** What recovery said, where it ran. */
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface KillOptions {
  readonly trials: number;
  /** Starts a writer for a path: a program and its arguments. */
  readonly writer: (path: string) => readonly [program: string, ...args: string[]];
  /** Whether our recovery runs before h5py looks. */
  readonly recovers: boolean;
  /** How h5py is asked: the Python, and killed-files.py. */
  readonly python: string;
  readonly checker: string;
}

/** Runs a writer until some time after its first acknowledgement, and kills it. Resolves with the last number it printed. */
function killWriter([program, ...args]: readonly [string, ...string[]], afterMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    child.stdout.on("data", (data) => {
      if (output === "") setTimeout(() => child.kill("SIGKILL"), afterMs);
      output += String(data);
    });
    child.stderr.on("data", (data) => {
      errors += String(data);
    });
    child.on("close", (_, signal) => {
      if (signal === "SIGKILL") resolve(Number(output.slice(0, output.lastIndexOf("\n")).split("\n").at(-1)));
      else reject(new Error(`the writer ended by itself: ${errors}`));
    });
  });
}

/** Kills a writer in each trial at another moment, and has h5py check all files that are left. */
export async function runKillTrials(options: KillOptions): Promise<KillTrials> {
  const folder = mkdtempSync(join(tmpdir(), "kill-trials-"));
  const checks: { file: string; acknowledged: number }[] = [];
  const outcomes: Record<string, number> = {};
  let interrupted = 0;
  let next = 0;
  const runner = async (): Promise<void> => {
    while (next < options.trials) {
      const trial = next++;
      const file = join(folder, `${trial}.h5`);
      // Up to half a second, spread evenly in an order that no period of the writer meets.
      const acknowledged = await killWriter(options.writer(file), (trial * 309) % 500);
      if (existsSync(`${file}.journal`) || existsSync(`${file}.partial`)) interrupted += 1;
      if (options.recovers) {
        const outcome = await recover(file);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
      checks.push({ file, acknowledged });
    }
  };
  try {
    await Promise.all([runner(), runner()]);
    const input = JSON.stringify(checks);
    const answer = execFileSync(options.python, [options.checker], { input, encoding: "utf8" });
    // The answer of a program of ours.
    const verdict = JSON.parse(answer) as Verdict;
    const acknowledged = checks.reduce((sum, check) => sum + check.acknowledged + 1, 0);
    return { trials: options.trials, acknowledged, interrupted, outcomes, ...verdict };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
