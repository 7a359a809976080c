import { FileStructureException } from "@tvb-storage/errors";
import { defaultFileSystem, pathStats } from "@tvb-storage/files";
import type { Context } from "../context.js";
import { EXIT } from "../exit-status.js";
import { numberOption } from "../options/number-option.js";
import { jsonText } from "../terminal/json-text.js";
import { withProgress } from "../terminal/progress.js";
import { isAddress } from "../trees/address.js";
import { isFolderOfFiles } from "../trees/is-folder.js";
import { UsageError } from "../usage-error.js";
import { compareFiles } from "./compare-files.js";
import { compareProjects } from "./compare-projects.js";
import type { DiffOptions } from "./diff-options.js";
import type { Difference } from "./difference.js";
import { differenceJson } from "./report-json.js";
import { differenceLines } from "./report-text.js";

/** The options of the command line. */
export interface DiffFlags {
  readonly rtol: string;
  readonly atol: string;
  readonly equalNan: boolean;
  readonly layout?: boolean;
  readonly first: string;
  readonly ignore: readonly string[];
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export async function diff(
  context: Context,
  [a, b]: readonly [string, string],
  node: string,
  flags: DiffFlags,
): Promise<void> {
  const options: DiffOptions = {
    tolerance: {
      rtol: numberOption("--rtol", flags.rtol, { min: 0 }),
      atol: numberOption("--atol", flags.atol, { min: 0 }),
      equalNan: flags.equalNan,
    },
    layout: flags.layout === true,
    listed: numberOption("--first", flags.first, { min: 0, whole: true }),
    ignored: flags.ignore,
    signal: context.terminal.signal,
  };
  const [left, right] = [await kindOf(context, a), await kindOf(context, b)];
  if (left !== right)
    throw new UsageError(`${a} is a ${left}, and ${b} a ${right}: give two files, or two folders`);
  if (left === "folder" && node !== "/")
    throw new UsageError("a node can be given for two files only, not for folders");

  const print = async (difference: Difference): Promise<void> => {
    for (const line of differenceLines(difference)) await context.print(line);
  };
  const counts = { different: 0, trouble: 0 };
  const collected: Difference[] = [];
  // On one terminal lines would come into the middle of the progress bar.
  const isOneTerminal = context.terminal.stdout.isTerminal && context.terminal.stderr.isTerminal;
  const report = async (difference: Difference): Promise<void> => {
    counts[difference.kind === "trouble" ? "trouble" : "different"] += 1;
    if (flags.quiet === true) return;
    if (flags.json === true || isOneTerminal) collected.push(difference);
    else await print(difference);
  };
  await withProgress(context.terminal, "comparing", async (onElements) => {
    if (left === "folder") await compareProjects(context, [a, b], options, { report, onElements });
    else await compareFiles(context, [a, b], node, options, { report, onElements });
  });
  const same = counts.different === 0 && counts.trouble === 0;
  if (flags.json !== true) for (const difference of collected) await print(difference);
  else if (flags.quiet !== true)
    await context.print(jsonText({ a, b, same, ...counts, differences: collected.map(differenceJson) }));
  context.answer(counts.trouble > 0 ? EXIT.failed : same ? EXIT.ok : EXIT.no);
}

async function kindOf(context: Context, path: string): Promise<"file" | "folder"> {
  if (await isFolderOfFiles(context, path)) return "folder";
  if (!isAddress(path) && (await pathStats(defaultFileSystem(), path, { followLinks: true })) === undefined)
    throw new FileStructureException(`cannot read ${path}: there is no such file or folder`);
  return "file";
}
