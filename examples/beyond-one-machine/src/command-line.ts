import { parseArgs } from "node:util";
import { UserMistake } from "@tvb-storage/example-quickstart/user-mistake";

export const USAGE = `usage: node examples/beyond-one-machine/dist/main.js [--size 2GiB]

Starts an S3-compatible server, writes a series into it from two processes at once, has two workers of
Dask compute its functional connectivity, and compares that with what is computed here.

  --size SIZE      of the series: bytes, or KiB, MiB, GiB (default 2GiB)
  --without-dask   leaves out what needs Python`;

const UNITS: Readonly<Record<string, number>> = { "": 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const DEFAULT_BYTES = 2 ** 31;
const MIN_BYTES = 2 ** 20;

export interface CommandLine {
  readonly help: boolean;
  readonly bytes: number;
  readonly withDask: boolean;
}

/** @throws UserMistake an unknown option or an unusable value. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { help = false, size, "without-dask": withoutDask = false } = parse(args);
  return { help, bytes: size === undefined ? DEFAULT_BYTES : bytesOf(size), withDask: !withoutDask };
}

function bytesOf(size: string): number {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?) ?([KMG]iB)?$/.exec(size) ?? [];
  const bytes = Math.floor(Number(amount) * (UNITS[unit] ?? 1));
  if (amount !== "" && Number.isSafeInteger(bytes) && bytes >= MIN_BYTES) return bytes;
  throw new UserMistake(`--size needs at least 1MiB, such as 64MiB or 2GiB, not "${size}"`);
}

function parse(args: readonly string[]) {
  const options = {
    help: { type: "boolean", short: "h" },
    size: { type: "string" },
    "without-dask": { type: "boolean" },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UserMistake(`${message}\n\n${USAGE}`, { cause: error });
  }
}
