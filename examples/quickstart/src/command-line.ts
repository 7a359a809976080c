import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserMistake } from "./user-mistake.js";

export const USAGE = `usage: npm start [-- [--steps N] [--output FOLDER] [FILE.h5 ...]]

Without files: simulates a network of 76 brain regions and stores it as a project.
With files: takes your own HDF5 files in as datatypes instead.
Either project is then renamed, exported to a ZIP, imported elsewhere and verified.

  --steps N        integration steps of the simulation (default 24000)
  --output FOLDER  folder for this run, new or empty (default output/<time>)`;

const DEFAULT_STEPS = 24_000;

export interface CommandLine {
  readonly help: boolean;
  readonly steps: number;
  readonly output: string | undefined;
  readonly files: readonly string[];
}

/**
 * @param folder what relative paths count from.
 * @throws UserMistake an unknown option or an unusable value.
 */
export function readCommandLine(args: readonly string[], folder: string): CommandLine {
  const { values, positionals } = parse(args);
  const steps = values.steps === undefined ? DEFAULT_STEPS : Number(values.steps);
  if (!Number.isSafeInteger(steps) || steps < 2) {
    throw new UserMistake(`--steps needs a whole number of at least 2, not "${values.steps}"`);
  }
  return {
    help: values.help,
    steps,
    output: values.output === undefined ? undefined : resolve(folder, values.output),
    files: positionals.map((file) => resolve(folder, file)),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h", default: false },
        steps: { type: "string" },
        output: { type: "string" },
      },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UserMistake(`${message}\n\n${USAGE}`, { cause: error });
  }
}
