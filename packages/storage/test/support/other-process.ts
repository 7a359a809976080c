import { type ChildProcess, spawn } from "node:child_process";
import { build } from "esbuild";
import { packages, programOptions } from "../../../../test/support/sources.mjs";

/** Bundles a program that uses the sources of the packages, as all tests do. */
export async function bundled(contents: string, outfile: string): Promise<string> {
  const stdin = { contents, resolveDir: `${packages}storage`, loader: "js" as const };
  await build({ stdin, outfile, ...programOptions });
  return outfile;
}

export interface Ended {
  readonly output: string;
  readonly errors: string;
  readonly signal: NodeJS.Signals | null;
}

/** Runs a program; `onOutput` is called when it has written something. */
export function run(
  program: string,
  args: readonly string[],
  onOutput: (child: ChildProcess) => void = () => undefined,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    child.stdout.on("data", (chunk) => {
      output += String(chunk);
      onOutput(child);
    });
    child.stderr.on("data", (chunk) => {
      errors += String(chunk);
    });
    child.on("error", reject);
    child.on("close", (_, signal) => resolve({ output, errors, signal }));
  });
}
