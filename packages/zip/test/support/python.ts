import { execFileSync, spawnSync } from "node:child_process";

/** The system's own first, since what comes before it in PATH may be a Python without zlib or bz2. */
const command = ["/usr/bin/python3", "python3"].find(
  (candidate) => spawnSync(candidate, ["-c", "import bz2, zipfile, zlib"]).status === 0,
);

export const hasPython: boolean = command !== undefined;

/** Runs a script with `folder` as its folder; gives what it prints. */
export function runPython(folder: string, script: string): string {
  if (command === undefined) throw new Error("only where there is a Python");
  return execFileSync(command, ["-c", script], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PYTHONIOENCODING: "utf8" },
  });
}
