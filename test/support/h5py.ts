import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { h5py } from "./judges.js";

export { temporaryFolder } from "./temporary-folder.js";

/** Where `expectations.py` and the files of h5py are. */
export const FIXTURES = fileURLToPath(new URL("../../fixtures/h5py", import.meta.url));

/** For tests of `describeWith(h5py)` or `itWith(h5py)`: runs a Python script with h5py and numpy (as np) imported; `sys.argv[1:]` are the arguments. Returns its output. */
export function runPython(script: string, ...args: readonly string[]): string {
  const prelude = `import sys, json, h5py, numpy as np\nsys.path.insert(0, ${JSON.stringify(FIXTURES)})\nsys.dont_write_bytecode = True\n`;
  return execFileSync(h5py.command, ["-c", prelude + script, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
}
