import type { BackendRegistry } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { type Command, CommanderError } from "commander";
import { givenBackends, ownBackends, type S3Settings } from "./backends.js";
import type { Context } from "./context.js";
import { EXIT, type ExitStatus } from "./exit-status.js";
import { inCommandWords } from "./options/in-command-words.js";
import { runProgram, wayToHelp } from "./program.js";
import { coloursFor } from "./terminal/colours.js";
import { printable } from "./terminal/printable.js";
import { ClosedOutput, type Terminal } from "./terminal/terminal.js";
import { UsageError } from "./usage-error.js";

/** How long the last line of an interrupted command may take, where stderr is not read. */
const LAST_LINE_MS = 250;
const MAX_CAUSES = 8;

export interface RunOptions {
  /** What files are opened by; default HDF5 and Zarr. */
  readonly backends?: BackendRegistry;
}

/**
 * Runs the command as a shell would, and resolves with its exit status. Results go to `stdout`, all else to `stderr`.
 *
 * @param args What follows `tvb-storage` on the command line.
 */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  options: RunOptions = {},
): Promise<ExitStatus> {
  const { stdout, stderr, signal, env } = terminal;
  let status: ExitStatus = EXIT.ok;
  let chosen: Command | undefined;
  const given = (option: string): unknown => chosen?.optsWithGlobals()[option];
  const s3Settings = (): S3Settings => {
    const endpoint = given("endpoint");
    return {
      ...(typeof endpoint === "string" ? { endpoint } : {}),
      anonymous: given("anonymous") === true,
      env,
    };
  };
  const context: Context = {
    terminal,
    get colours() {
      return coloursFor(stdout, env, given("color") !== false);
    },
    backends: options.backends === undefined ? ownBackends(s3Settings) : givenBackends(options.backends),
    get dryRun() {
      return given("dryRun") === true;
    },
    get verbose() {
      return given("verbose") === true;
    },
    answer: (given) => {
      status = given;
    },
    print: (line) => stdout.write(`${line}\n`),
    note: (line) => stderr.write(`${line}\n`),
  };
  try {
    await runProgram(context, args, (command) => {
      chosen = command;
    });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.failed; // it was help that was printed
    if (error instanceof ClosedOutput && !signal.aborted) return EXIT.unread; // Ctrl-C also ends readers
    const label = coloursFor(stderr, env, given("color") !== false).red("tvb-storage:");
    if (signal.aborted) {
      const line = stderr.write(`${label} interrupted; what was there is as it was\n`);
      await Promise.race([line, new Promise((resolve) => setTimeout(resolve, LAST_LINE_MS))]);
      return signal.reason === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
    }
    await stderr.write(`${label} ${errorLines(error, context.verbose, chosen).join("\n")}\n`);
    return EXIT.failed;
  }
}

/** One line; with `--verbose` also the causes, and the stack of what is not the user's mistake. */
function errorLines(error: unknown, verbose: boolean, command: Command | undefined): string[] {
  const given = error instanceof Error ? error.message : String(error);
  const message = printable(inCommandWords(withoutRepetition(given)));
  if (isTVBException(error)) return verbose ? [message, ...causesOf(error)] : [message];
  if (error instanceof UsageError)
    return [message.includes("--help") ? message : `${message}; ${wayToHelp(command)}`];
  const line = `${message} (this is a fault of tvb-storage; --verbose says where)`;
  return verbose && error instanceof Error ? [line, ...causesOf(error), error.stack ?? ""] : [line];
}

/** `x: cannot read x: ...`: the name was put in front, since it may be a word of the message by chance. */
function withoutRepetition(message: string): string {
  return message.replace(/^(.+?): (?=cannot \w+ (.+?): )/, (prefix, name: string, repeated: string) =>
    name === repeated ? "" : prefix,
  );
}

/** The errors behind an error, without those that say the same again. */
function causesOf(error: Error): string[] {
  const causes: string[] = [];
  let said = error.message;
  for (let at = error.cause; at !== undefined && causes.length < MAX_CAUSES; ) {
    const message = at instanceof Error ? at.message : String(at);
    if (!said.includes(message))
      causes.push(`  because: ${printable(at instanceof Error ? `${at.name}: ${message}` : message)}`);
    said = message;
    at = at instanceof Error ? at.cause : undefined;
  }
  return causes;
}
