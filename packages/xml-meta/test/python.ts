import { spawnSync } from "node:child_process";

// Debian's own Python where there is one, since that has the modules that other tests need.
const CANDIDATES = ["/usr/bin/python3", "python3", "python"];

export const PYTHON = CANDIDATES.find((command) => spawnSync(command, ["--version"]).status === 0);

/** Runs a Python script with `input` as JSON in `data`; what it leaves in `result` comes back. */
export function python(script: string, input: unknown): unknown {
  if (PYTHON === undefined) throw new Error("no python3");
  const program = `import json, sys\ndata = json.load(sys.stdin)\n${script}\njson.dump(result, sys.stdout)\n`;
  const done = spawnSync(PYTHON, ["-c", program], {
    input: JSON.stringify(input),
    encoding: "utf8",
    env: { ...process.env, PYTHONIOENCODING: "utf-8" },
    maxBuffer: 1 << 28,
  });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout);
}
