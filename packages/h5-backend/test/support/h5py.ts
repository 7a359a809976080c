import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

/** The first Python that has h5py; undefined where there is none. */
export const python: string | undefined = ["/usr/bin/python3", "python3"].find(
  (command) => spawnSync(command, ["-c", "import h5py"]).status === 0,
);

/** Where `expectations.py` and the files of h5py are. */
export const FIXTURES = fileURLToPath(new URL("../../../../fixtures/h5py", import.meta.url));

/** Runs a Python script with h5py and numpy (as np) imported; `sys.argv[1:]` are the arguments. Returns its output. */
export function runPython(script: string, ...args: readonly string[]): string {
  if (python === undefined) throw new Error("no Python with h5py");
  const prelude = `import sys, json, h5py, numpy as np\nsys.path.insert(0, ${JSON.stringify(FIXTURES)})\nsys.dont_write_bytecode = True\n`;
  return execFileSync(python, ["-c", prelude + script, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** A folder for the tests of one file, gone after them. */
export function temporaryFolder(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), "tvb-h5-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}
