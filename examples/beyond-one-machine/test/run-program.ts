import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { withoutNodeWarnings } from "../../../test/support/node-warnings.js";

const PROGRAM = fileURLToPath(new URL("../dist/main.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Starts the built program. */
export function startProgram(args: readonly string[], environment: Readonly<Record<string, string>>) {
  return spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, ...environment } });
}

/**
 * Runs the built program.
 *
 * @param onOutput Called with all that it has printed so far, and what sends it a signal.
 */
export function runProgram(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  onOutput: (output: string, send: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<Ended> {
  const child = startProgram(args, environment);
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    onOutput(output, (signal) => void child.kill(signal));
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output, errors: withoutNodeWarnings(errors) }));
  });
}
