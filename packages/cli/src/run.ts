import { createBackendRegistry } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { h5Backend } from "@tvb-storage/h5-backend";
import { CommanderError } from "commander";
import type { Context } from "./context.js";
import { EXIT, type ExitStatus } from "./exit-status.js";
import { runProgram } from "./program.js";
import { coloursFor } from "./terminal/colours.js";
import { ClosedOutput, type Terminal } from "./terminal/terminal.js";
import { UsageError } from "./usage-error.js";

/**
 * Runs the command as a shell would, and resolves with its exit status. Results go to `stdout`, all else to `stderr`.
 *
 * @param args What follows `tvb-storage` on the command line.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  const { stdout, stderr, signal } = terminal;
  let status: ExitStatus = EXIT.ok;
  const context: Context = {
    terminal,
    colours: coloursFor(stdout, terminal.env),
    backends: createBackendRegistry([h5Backend]),
    dryRun: args.includes("--dry-run"),
    verbose: args.includes("--verbose"),
    answer: (given) => {
      status = given;
    },
    print: (line) => stdout.write(`${line}\n`),
    note: (line) => stderr.write(`${line}\n`),
  };
  try {
    await runProgram(context, args);
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.failed; // it has said why
    if (error instanceof ClosedOutput) return EXIT.ok;
    if (signal.aborted) {
      await stderr.write("tvb-storage: interrupted; what was there is as it was\n");
      return signal.reason === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
    }
    await stderr.write(errorText(error, context));
    return EXIT.failed;
  }
}

/** One line; with `--verbose` also the causes, and the stack of what is not the user's mistake. */
function errorText(error: unknown, { verbose, terminal }: Context): string {
  const message = error instanceof Error ? error.message : String(error);
  const expected = error instanceof UsageError || isTVBException(error);
  const red = coloursFor(terminal.stderr, terminal.env).red;
  const lines = [
    `${red("tvb-storage:")} ${expected ? message : `${message} (this is a fault of tvb-storage)`}`,
  ];
  if (verbose) lines.push(...causesOf(error).map((cause) => `  because: ${cause}`));
  if (verbose && !expected && error instanceof Error) lines.push(error.stack ?? "");
  return `${lines.join("\n")}\n`;
}

function causesOf(error: unknown): string[] {
  const causes: string[] = [];
  for (let at = error instanceof Error ? error.cause : undefined; at !== undefined && causes.length < 8; )
    if (at instanceof Error) {
      causes.push(`${at.name}: ${at.message}`);
      at = at.cause;
    } else {
      causes.push(String(at));
      at = undefined;
    }
  return causes;
}
