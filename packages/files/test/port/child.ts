import { type ChildProcess, spawn } from "node:child_process";
import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { programOptions } from "../../../../test/support/sources.mjs";

export interface Workplace {
  readonly folder: string;
  /** The program of child-program.ts, from the sources as they are now. */
  readonly program: string;
  remove(): void;
}

export function makeWorkplace(): Workplace {
  const folder = nodeFs.mkdtempSync(join(tmpdir(), "port-processes-"));
  const program = join(folder, "child.mjs");
  buildSync({
    entryPoints: [fileURLToPath(new URL("child-program.ts", import.meta.url))],
    outfile: program,
    ...programOptions,
  });
  return { folder, program, remove: () => nodeFs.rmSync(folder, { recursive: true }) };
}

export interface Child {
  readonly process: ChildProcess;
  /** What it printed so far. */
  readonly output: () => string;
  /** Resolves with all that it printed; rejects where it failed. */
  readonly done: Promise<string>;
  /** Resolves when it has printed something. */
  readonly started: Promise<void>;
}

export function runChild({ program }: Workplace, ...args: readonly string[]): Child {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  let onStart: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    onStart = resolve;
  });
  child.stdout.on("data", (data) => {
    output += String(data);
    onStart();
  });
  child.stderr.on("data", (data) => {
    errors += String(data);
  });
  const done = new Promise<string>((resolve, reject) => {
    child.on("close", (code, signal) => {
      if (code === 0 || signal === "SIGKILL") resolve(output);
      else reject(new Error(`child ${args.join(" ")} ended with ${code}: ${errors}`));
    });
  });
  return { process: child, output: () => output, done, started };
}
