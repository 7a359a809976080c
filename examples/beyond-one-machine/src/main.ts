#!/usr/bin/env node
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isTVBException } from "@tvb-storage/errors";
import { UserMistake } from "@tvb-storage/example-quickstart/user-mistake";
import { beyondOneMachine } from "./beyond-one-machine.js";
import { Children } from "./children.js";
import { readCommandLine, USAGE } from "./command-line.js";

/** As shells do: 128 and the number of the signal. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const;

let stoppedBy: keyof typeof EXIT_CODES | undefined;

/** @returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = readCommandLine(args);
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const children = new Children();
  const stop = (signal: keyof typeof EXIT_CODES): void => {
    stoppedBy ??= signal;
    void children.stop(); // what runs fails then, and `finally` waits for the end of all
  };
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  // Nobody reads any more, as in `| head`; Node has no such signal.
  for (const output of [process.stdout, process.stderr]) output.on("error", () => stop("SIGPIPE"));
  const folder = await mkdtemp(join(tmpdir(), "beyond-one-machine-"));
  try {
    const isSame = await beyondOneMachine(options, folder, children, (line) => console.log(line));
    return isSame ? 0 : 1;
  } finally {
    await children.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (stoppedBy !== undefined) {
    console.error("stopped: its processes have ended, and its folder is removed");
    process.exitCode = EXIT_CODES[stoppedBy];
  } else {
    // A mistake of the user or an error of the machine needs no stack; a bug of the program does.
    const isExplained =
      error instanceof UserMistake || isTVBException(error) || (error instanceof Error && "syscall" in error);
    console.error(isExplained ? `error: ${error.message}` : error);
    process.exitCode = 1;
  }
}
