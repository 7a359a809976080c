import { readFileSync } from "node:fs";
import { Command, type CommanderError } from "commander";
import { attrsCommand } from "./commands/attrs.js";
import { compactCommand } from "./commands/compact.js";
import { completeCommand } from "./commands/complete.js";
import { convertCommand } from "./commands/convert.js";
import { copyCommand } from "./commands/copy.js";
import { diffCommand } from "./commands/diff.js";
import { exportCommand } from "./commands/export.js";
import { importCommand } from "./commands/import.js";
import { lsCommand } from "./commands/ls.js";
import { plotCommand } from "./commands/plot.js";
import { projectsCommand } from "./commands/projects.js";
import { recoverCommand } from "./commands/recover.js";
import { removeCommand } from "./commands/remove.js";
import { setCommand } from "./commands/set.js";
import { showCommand } from "./commands/show.js";
import { unsetCommand } from "./commands/unset.js";
import { verifyCommand } from "./commands/verify.js";
import { viewCommand } from "./commands/view.js";
import type { Context } from "./context.js";
import { UsageError } from "./usage-error.js";

/** What a command's own file gives: its arguments, options and examples, and what to load when it is chosen. */
export type DefineCommand = (command: Command, context: Context) => void;

/** In the order of the help. */
const COMMANDS: Readonly<Record<string, DefineCommand>> = {
  ls: lsCommand,
  show: showCommand,
  plot: plotCommand,
  view: viewCommand,
  attrs: attrsCommand,
  set: setCommand,
  unset: unsetCommand,
  copy: copyCommand,
  remove: removeCommand,
  diff: diffCommand,
  verify: verifyCommand,
  recover: recoverCommand,
  compact: compactCommand,
  convert: convertCommand,
  export: exportCommand,
  import: importCommand,
  projects: projectsCommand,
};

const FOOTER = `
Exit status:
  0    done; no difference, no damage
  1    done, and the answer is no: a difference, damage
  2    failed, or a wrong command line; what was there is as it was
  130  interrupted by Ctrl-C (143 by SIGTERM, 141 when nobody reads the output)

Environment:
  NO_COLOR     no colours
  FORCE_COLOR  colours also where the output is no terminal
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL
               for s3:// addresses

"tvb-storage COMMAND --help" has the options of a command, and examples.`;

/** The program and its commands. What they print about themselves goes to `write`. */
function createProgram(context: Context, write: (text: string, isResult: boolean) => void): Command {
  const { stdout, stderr } = context.terminal;
  const program = new Command("tvb-storage")
    .description("Look into, check, convert and carry away files of The Virtual Brain.")
    .version(ownVersion(), "--version", "print the version")
    .option("--verbose", "say what is behind an error")
    .option("--no-color", "no colours")
    .option("--endpoint <url>", "where s3:// addresses are, if not at Amazon (AWS_ENDPOINT_URL)")
    .option("--anonymous", "read s3:// addresses without credentials, as public buckets allow")
    .helpOption("-h, --help", "print the help")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText("after", FOOTER)
    .configureOutput({
      writeOut: (text) => write(text, true),
      writeErr: (text) => write(text, false),
      outputError: () => {}, // it comes as an exception, too
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
    })
    .exitOverride((error) => throwAsUsageError(error, program));
  for (const [name, command] of Object.entries(COMMANDS)) define(program, name, command, context);
  return program;
}

function define(program: Command, name: string, defineCommand: DefineCommand, context: Context): void {
  const command = program.command(name);
  defineCommand(command, context);
  command.exitOverride((error) => throwAsUsageError(error, command));
}

/** Parses the command line and runs the command that it names; `onChosen` gets that one before it runs. */
export async function runProgram(
  context: Context,
  args: readonly string[],
  onChosen: (command: Command) => void,
): Promise<void> {
  const { stdout, stderr } = context.terminal;
  const written: Promise<void>[] = [];
  const program = createProgram(context, (text, isResult) => {
    written.push((isResult ? stdout : stderr).write(text));
  });
  const [first, second, ...words] = args;
  if (first === "complete" && second === "--") {
    const { completeWords } = await import("./completion/complete-words.js");
    for (const line of await completeWords(context, program, words)) await context.print(line);
    return;
  }
  define(program, "complete", completeCommand, context);
  program.hook("preAction", (_program, command) => onChosen(command));
  try {
    // Commander shows all of the help where the command does not exist.
    const isUnknown = first === "help" && second !== undefined && !isCommand(program, second);
    await program.parseAsync(isUnknown ? [second] : [...args], { from: "user" });
  } finally {
    await Promise.all(written);
  }
}

function isCommand(program: Command, name: string): boolean {
  return (
    name === "help" || name.startsWith("-") || program.commands.some((command) => command.name() === name)
  );
}

/** Where to read on, for the end of a message. */
export function wayToHelp(command: Command | undefined): string {
  const isSubcommand = command?.parent != null;
  return `see "tvb-storage ${isSubcommand ? `${command.name()} ` : ""}--help"`;
}

/** Commander's messages in one line. Help and version end by an exception, too, and stay it. */
function throwAsUsageError(error: CommanderError, command: Command): never {
  if (error.exitCode === 0 || error.code === "commander.help") throw error;
  const message = error.message
    .replace(/^error: /, "")
    .replace(/\n\(Did you mean (.*)\?\)$/s, " (did you mean $1?)")
    .replace(/\.$/, "");
  throw new UsageError(`${message}; ${wayToHelp(command)}`, { cause: error });
}

function ownVersion(): string {
  // From src as from dist, where everything is bundled into one folder.
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return (manifest as { version: string }).version; // npm has no package without one
}
