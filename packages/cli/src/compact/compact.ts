import { isTVBException } from "@tvb-storage/errors";
import { compact } from "@tvb-storage/h5-backend";
import { type Context, withStorage } from "../context.js";
import { EXIT } from "../exit-status.js";
import { inCommandWords } from "../options/in-command-words.js";
import { byteText } from "../terminal/byte-text.js";
import { jsonText } from "../terminal/json-text.js";
import { printable } from "../terminal/printable.js";
import { withProgress } from "../terminal/progress.js";
import { type CollectedFile, collectFiles } from "../trees/collect-files.js";
import { countText } from "../trees/count-text.js";
import { withoutPath } from "../trees/without-path.js";

export interface CompactFlags {
  readonly json?: boolean;
}

/** What was done to a file; with `--dry-run`, what can be known of it. Sizes are in bytes. */
interface CompactedFile {
  readonly file: string;
  readonly before: number;
  /** Undefined where it failed, and with `--dry-run`. */
  readonly after?: number;
  /** With `--dry-run`: no more than this can be freed; how much, only the copy shows. */
  readonly atMost?: number;
  readonly reason?: string;
}

export async function compactPaths(
  context: Context,
  paths: readonly string[],
  flags: CompactFlags,
): Promise<void> {
  const { signal } = context.terminal;
  const { files, unopened } = await collectFiles(paths, ["hdf5"], signal);
  const results: CompactedFile[] = [];
  const add = async (result: CompactedFile): Promise<void> => {
    results.push(result);
    if (flags.json !== true) await context.print(resultLine(context, result));
  };
  for (const { path, error } of unopened) await add({ file: path, before: 0, reason: error.message });
  for (const file of files) {
    signal.throwIfAborted();
    await add(await compactOne(context, file));
  }
  const failed = results.filter(({ reason }) => reason !== undefined).length;
  const freed = results.reduce((sum, { before, after = before }) => sum + before - after, 0);
  const atMost = results.reduce((sum, { atMost: most = 0 }) => sum + most, 0);
  const sum = context.dryRun ? { atMost } : { freed };
  if (flags.json === true) await context.print(jsonText({ files: results.length, failed, ...sum, results }));
  else if (results.length !== 1) {
    const text = context.dryRun ? `at most ${byteText(atMost)} can be freed` : `${byteText(freed)} freed`;
    await context.print(
      `${countText(results.length, "file")}: ${text}${failed > 0 ? `, ${failed} failed` : ""}`,
    );
  }
  context.answer(failed > 0 ? EXIT.failed : EXIT.ok);
}

async function compactOne(context: Context, { path, size, format }: CollectedFile): Promise<CompactedFile> {
  const { signal } = context.terminal;
  if (format === "zarr") {
    const reason = "what is removed from a Zarr hierarchy is deleted at once, so nothing is free in it";
    return { file: path, before: size, reason };
  }
  try {
    if (context.dryRun) return { file: path, before: size, atMost: await unstoredBytes(context, path, size) };
    const sizes = await withProgress(context.terminal, "compacting", (onProgress) =>
      compact(path, { signal, onProgress }),
    );
    return { file: path, ...sizes };
  } catch (error) {
    signal.throwIfAborted();
    if (!isTVBException(error)) throw error;
    return { file: path, before: size, reason: inCommandWords(error.message) };
  }
}

/** What no dataset is stored in: the structures of the file, and what is free in it. */
async function unstoredBytes(context: Context, path: string, size: number): Promise<number> {
  const nodes = await withStorage(context, path, (manager) => manager.listNodes());
  const stored = nodes.reduce((sum, { storedBytes = 0 }) => sum + storedBytes, 0);
  return Math.max(0, size - stored);
}

function resultLine({ colours }: Context, { file, before, after, atMost, reason }: CompactedFile): string {
  if (reason !== undefined)
    return `${colours.red("failed")}  ${printable(`${file}: ${withoutPath(reason, file)}`)}`;
  const path = printable(file);
  if (after === undefined)
    return `${path}: ${byteText(before)}, of which at most ${byteText(atMost ?? 0)} can be freed`;
  if (after === before) return `${path}: ${byteText(before)}, cannot be smaller`;
  return `${path}: ${byteText(before)} to ${byteText(after)}, ${byteText(before - after)} freed`;
}
