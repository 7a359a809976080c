import { spawnSync } from "node:child_process";
import { plainPython } from "../../../test/support/judges.js";

/** Runs a Python script with `input` as JSON in `data`; what it leaves in `result` comes back. */
export function python(script: string, input: unknown): unknown {
  const program = `import json, sys\ndata = json.load(sys.stdin)\n${script}\njson.dump(result, sys.stdout)\n`;
  const done = spawnSync(plainPython.command, ["-c", program], {
    input: JSON.stringify(input),
    encoding: "utf8",
    env: { ...process.env, PYTHONIOENCODING: "utf-8" },
    maxBuffer: 1 << 28,
  });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout);
}
