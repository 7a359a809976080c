import { Command } from "commander";
import { lsCommand } from "./commands/ls.js";
import type { Context } from "./context.js";

/** What a command's own file gives: its arguments, options and examples, and what to load when it is chosen. */
export type DefineCommand = (command: Command, context: Context) => void;

/** In the order of the help. */
const COMMANDS: Readonly<Record<string, DefineCommand>> = {
  ls: lsCommand,
};

/** Parses the command line and runs the command that it names. */
export async function runProgram(context: Context, args: readonly string[]): Promise<void> {
  const { stdout, stderr } = context.terminal;
  const written: Promise<void>[] = [];
  const program = new Command("tvb-storage")
    .description("Look into, check, convert and carry away files of The Virtual Brain.")
    .option("--verbose", "say what is behind an error")
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => void written.push(stdout.write(text)),
      writeErr: (text) => void written.push(stderr.write(text)),
    });
  for (const [name, define] of Object.entries(COMMANDS)) define(program.command(name), context);
  try {
    await program.parseAsync([...args], { from: "user" });
  } finally {
    await Promise.all(written);
  }
}
