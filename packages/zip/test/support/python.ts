import { execFileSync } from "node:child_process";
import { plainPython } from "../../../../test/support/judges.js";

/** Runs a script with `folder` as its folder; gives what it prints. */
export function runPython(folder: string, script: string): string {
  return execFileSync(plainPython.command, ["-c", script], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PYTHONIOENCODING: "utf8" },
  });
}
