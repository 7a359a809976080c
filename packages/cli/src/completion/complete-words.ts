import { statSync } from "node:fs";
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { type Context, withStorage } from "../context.js";
import { sortedByPath } from "../terminal/natural-order.js";
import { isFolderOfFiles } from "../trees/is-folder.js";
import { captured } from "./captured.js";
import { SHELLS } from "./shells.js";

/** The shell completes names of files where there is no candidate. */
const FILES = 0;
/** Nothing but the candidates. */
const CANDIDATES_ONLY = 4;
const MAX_NODES = 1000;

/** Arguments that are no path. */
const NODE_ARGUMENTS: ReadonlySet<string> = new Set(["node", "dataset", "target-node"]);
const FREE_ARGUMENTS: ReadonlySet<string> = new Set(["key", "value", "command"]);

/**
 * What a shell may put in for the last of `words`, which follow `tvb-storage` on the command line: a line for each
 * candidate, and one that says whether names of files may be put in. `program` is used for it, and must run nothing else.
 */
export async function completeWords(
  context: Context,
  program: Command,
  words: readonly string[],
): Promise<string[]> {
  let wanted: "candidates" | "files" | "nodes" = "candidates";
  const want = (what: typeof wanted) => () => {
    wanted = what;
  };
  const definition = tab(program);
  for (const command of definition.commands.values()) {
    for (const argument of command.arguments.values()) {
      if (NODE_ARGUMENTS.has(argument.name)) argument.handler = want("nodes");
      else if (!FREE_ARGUMENTS.has(argument.name)) argument.handler ??= want("files");
    }
    for (const option of command.options.values())
      if (option.isBoolean !== true && !hasChoices(program, command.value, option.value))
        option.handler = want("files");
  }
  const shell = definition.commands.get("complete")?.arguments.get("shell");
  if (shell !== undefined)
    shell.handler = (complete) => {
      for (const each of SHELLS) complete(each, "");
    };
  // The last line is the answer's directive: never files.
  const lines = captured(() => definition.parse([...words])).slice(0, -1);
  const word = words.at(-1) ?? "";
  if (lines.length > 0 || word.startsWith("-") || wanted === "candidates")
    return [...lines, `:${CANDIDATES_ONLY}`];
  if (wanted === "files") return [`:${FILES}`];
  return [...(await nodesFor(context, words.slice(0, -1), word)), `:${CANDIDATES_ONLY}`];
}

function hasChoices(program: Command, command: string, option: string): boolean {
  const options = program.commands.find((each) => each.name() === command)?.options ?? [];
  return options.find((each) => each.long === `--${option}`)?.argChoices !== undefined;
}

/** The nodes of the file that was named last, beneath the group that the word begins with. */
async function nodesFor(context: Context, before: readonly string[], word: string): Promise<string[]> {
  const file = await lastFile(context, before);
  if (file === undefined) return [];
  const group = word.slice(0, word.lastIndexOf("/") + 1);
  try {
    const nodes = await withStorage(context, file, (manager) =>
      manager.listNodes({ where: group === "" ? "/" : group, depth: 1 }),
    );
    return sortedByPath(nodes, ({ path }) => path)
      .map(({ path, dtype, kind }) => ({
        path: word.startsWith("/") ? path : path.slice(1),
        what: dtype ?? kind,
      }))
      .filter(({ path }) => path.startsWith(word) && isPlain(path))
      .slice(0, MAX_NODES)
      .map(({ path, what }) => `${path}\t${isPlain(what) ? what : ""}`);
  } catch {
    return []; // there is nowhere to say why
  }
}

/** The last word that is a file, or a folder that a backend stores; addresses are not asked while somebody types. */
async function lastFile(context: Context, words: readonly string[]): Promise<string | undefined> {
  for (const word of [...words].reverse()) {
    const stats = statSync(word, { throwIfNoEntry: false });
    if (stats?.isFile() === true) return word;
    if (stats?.isDirectory() === true && !(await isFolderOfFiles(context, word))) return word;
  }
  return undefined;
}

/** Without what shells treat in their own ways, or split words at. */
function isPlain(text: string): boolean {
  return /^[\p{L}\p{N}_./+@%=,#-]*$/u.test(text);
}
