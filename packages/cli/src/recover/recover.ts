import type { StorageManager } from "@tvb-storage/core";
import { FileStructureException, isTVBException } from "@tvb-storage/errors";
import { errorMessage } from "@tvb-storage/files/internal";
import { type Recovered, recover } from "@tvb-storage/h5-backend";
import type { ZarrStorageManager } from "@tvb-storage/zarr-backend";
import { type Context, withStorage } from "../context.js";
import { EXIT } from "../exit-status.js";
import { inCommandWords } from "../options/in-command-words.js";
import { refuseReadOnly } from "../output/refuse-read-only.js";
import { byteText } from "../terminal/byte-text.js";
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
  readonly outcome: Recovered | "swept" | "failed";
  /** Of a Zarr hierarchy: the objects that were removed, and their bytes. */
  readonly removed?: number;
  readonly bytes?: number;
  readonly reason?: string;
}

const WHAT_WAS_DONE: Readonly<Record<Recovered | "swept", string>> = {
  clean: "nothing was left",
  applied: "a complete commit was written into the file",
  discarded: "an incomplete commit was removed",
  stale: "a commit was dropped, since another program has changed the file",
  swept: "what writers that died had left was removed",
  unmarked: "the mark of a writer that did not close the file was cleared",
};

export async function recoverPaths(
  context: Context,
  paths: readonly string[],
  flags: RecoverFlags,
): Promise<void> {
  const { signal } = context.terminal;
  const { files, unopened, others } = await collectFiles(paths, ["hdf5", "zarr"], signal);
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
  for (const { path, format } of files) {
    signal.throwIfAborted();
    await add(
      await recoverOne(path, () => (format === "zarr" ? swept(context, path) : recovered(path, flags))),
    );
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

async function recovered(path: string, { force = false }: RecoverFlags): Promise<Recovering> {
  return { outcome: await recover(path, { force }) };
}

/** Finishes the commit of a writer that died, and removes what it has left besides. */
function swept(context: Context, path: string): Promise<Recovering> {
  const { signal } = context.terminal;
  return withStorage(context, path, async (manager) => {
    refuseReadOnly(manager);
    const sweeper: StorageManager & Partial<Pick<ZarrStorageManager, "sweep">> = manager;
    const swept = await sweeper.sweep?.({ signal });
    if (swept === undefined) throw new FileStructureException(`${path}: its backend has nothing to recover`);
    const { leftovers, bytes } = swept;
    return leftovers.length === 0
      ? { outcome: "clean" }
      : { outcome: "swept", removed: leftovers.length, bytes };
  });
}

type Recovering = Pick<RecoveredFile, "outcome" | "removed" | "bytes">;

async function recoverOne(file: string, work: () => Promise<Recovering>): Promise<RecoveredFile> {
  try {
    return { file, ...(await work()) };
  } catch (error) {
    if (!isTVBException(error)) throw error;
    return { file, outcome: "failed", reason: inCommandWords(errorMessage(error)) };
  }
}

function resultLine({ colours }: Context, result: RecoveredFile): string {
  const { file, outcome, reason, removed = 0, bytes = 0 } = result;
  if (outcome === "failed")
    return `${colours.red("failed")}     ${printable(`${file}: ${withoutPath(reason ?? "", file)}`)}`;
  const label = outcome.padEnd(9);
  return `${outcome === "clean" ? label : colours.green(label)}  ${printable(file)}: ${WHAT_WAS_DONE[outcome]}${removed > 0 ? ` (${countText(removed, "object")}, ${byteText(bytes)})` : ""}`;
}
