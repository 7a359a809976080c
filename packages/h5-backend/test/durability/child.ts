import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "./bundle.js";

export interface Workplace {
  readonly folder: string;
  /** program.ts, from the sources as they are now. */
  readonly program: string;
  remove(): void;
}

export function makeWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), "durability-"));
  const program = join(folder, "program.mjs");
  bundle("program.ts", program);
  return { folder, program, remove: () => rmSync(folder, { recursive: true }) };
}

export interface Child {
  readonly process: ChildProcess;
  /** Resolves when it has printed something. */
  readonly started: Promise<void>;
  /** Resolves when it ended by itself or was killed; rejects where it failed. */
  readonly done: Promise<void>;
}

export function runChild({ program }: Workplace, ...args: readonly string[]): Child {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (data) => {
    errors += String(data);
  });
  const started = new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
  const done = new Promise<void>((resolve, reject) => {
    child.on("close", (code, signal) => {
      if (code === 0 || signal === "SIGKILL") resolve();
      else reject(new Error(`child ${args.join(" ")} ended with ${code}: ${errors}`));
    });
  });
  return { process: child, started, done };
}
