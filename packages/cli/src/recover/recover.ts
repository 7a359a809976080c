import { isTVBException } from "@tvb-storage/errors";
import { errorMessage } from "@tvb-storage/files/internal";
import { type Recovered, recover } from "@tvb-storage/h5-backend";
import type { Context } from "../context.js";
import { EXIT } from "../exit-status.js";
import { inCommandWords } from "../options/in-command-words.js";
import { jsonText } from "../terminal/json-text.js";
import { printable } from "../terminal/printable.js";
import { collectFiles } from "../trees/collect-files.js";
import { countText } from "../trees/count-text.js";
import { withoutPath } from "../trees/without-path.js";

export interface RecoverFlags {
  readonly force?: boolean;
  readonly json?: boolean;
}

interface RecoveredFile {
  readonly file: string;
  readonly outcome: Recovered | "failed";
  readonly reason?: string;
}

const WHAT_WAS_DONE: Readonly<Record<Recovered, string>> = {
  clean: "nothing was left",
  applied: "a complete commit was written into the file",
  discarded: "an incomplete commit was removed",
  stale: "a commit was dropped, since another program has changed the file",
  unmarked: "the mark of a writer that did not close the file was cleared",
};

export async function recoverPaths(
  context: Context,
  paths: readonly string[],
  flags: RecoverFlags,
): Promise<void> {
  const { signal } = context.terminal;
  const { files, unopened, others } = await collectFiles(paths, ["hdf5"], signal);
  const results: RecoveredFile[] = unopened.map(({ path, error }) => ({
    file: path,
    outcome: "failed",
    reason: error.message,
  }));
  const add = async (result: RecoveredFile): Promise<void> => {
    results.push(result);
    if (flags.json !== true) await context.print(resultLine(context, result));
  };
  for (const result of results.splice(0)) await add(result);
  for (const { path } of files) {
    signal.throwIfAborted();
    await add(await recoverOne(path, flags.force === true));
  }
  const failed = results.filter(({ outcome }) => outcome === "failed").length;
  const clean = results.filter(({ outcome }) => outcome === "clean").length;
  const summary = {
    files: results.length,
    clean,
    recovered: results.length - clean - failed,
    failed,
    others,
  };
  if (flags.json === true) await context.print(jsonText({ ...summary, results }));
  else if (results.length !== 1)
    await context.print(
      `${countText(summary.files, "file")}: ${clean} clean, ${summary.recovered} recovered, ${failed} failed`,
    );
  context.answer(failed > 0 ? EXIT.failed : EXIT.ok);
}

async function recoverOne(file: string, force: boolean): Promise<RecoveredFile> {
  try {
    return { file, outcome: await recover(file, { force }) };
  } catch (error) {
    if (!isTVBException(error)) throw error;
    return { file, outcome: "failed", reason: inCommandWords(errorMessage(error)) };
  }
}

function resultLine({ colours }: Context, { file, outcome, reason }: RecoveredFile): string {
  if (outcome === "failed")
    return `${colours.red("failed")}     ${printable(`${file}: ${withoutPath(reason ?? "", file)}`)}`;
  const label = outcome.padEnd(9);
  return `${outcome === "clean" ? label : colours.green(label)}  ${printable(file)}: ${WHAT_WAS_DONE[outcome]}`;
}
