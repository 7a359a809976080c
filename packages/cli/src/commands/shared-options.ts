import type { Command } from "commander";

// What several commands have, in the same words.

/** Adds `--json`. */
export function withJson(command: Command, what = "one JSON document"): Command {
  return command.option("--json", `print ${what}`);
}

/** Adds `--dry-run`, which the action finds as `context.dryRun`. */
export function withDryRun(command: Command): Command {
  return command.option("--dry-run", "say what would be done, and change nothing");
}

/** Adds examples to the help: what to write, without `tvb-storage`, and what it does. */
export function withExamples(
  command: Command,
  examples: readonly (readonly [args: string, what: string])[],
): Command {
  const lines = examples.map(([args, what]) => `  tvb-storage ${args}\n      ${what}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}

/** For an option that may be repeated: adds its value to those before. */
export function repeated(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
