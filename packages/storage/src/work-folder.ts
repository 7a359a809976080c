import { randomUUID } from "node:crypto";
import { isTVBException, type TVBException } from "@tvb-storage/errors";
import { DateTime, fileException, folderEntries, systemErrorCode } from "@tvb-storage/files";
import { errorMessage, type HeldFolder, joinPath, removeTree } from "@tvb-storage/files/internal";
import { isOfDeadProcess, stagingName } from "@tvb-storage/zip/internal";
import type { StorageContext } from "./storage-context.js";

/** The original's name of the folder in the storage root where exports are prepared. */
const FOLDER = "EXPORT_TMP";

/** Another call may remove the folder, where it is empty, before this one has made its own in it. */
const ATTEMPTS = 10;

/** `<storage root>/EXPORT_TMP` */
function preparationFolder({ paths }: StorageContext): string {
  return joinPath(paths.root, FOLDER);
}

/** `<y>-<m>-<d>_<h>-<m>-<s>_<us>@<gid>`, numbers without leading zeros, as the original names the folder of an export. */
export function exportFolder(context: StorageContext): string {
  const now = new DateTime(context.now());
  const day = `${now.getFullYear()}-${now.getMonth() + 1}-${now.getDate()}`;
  const time = `${now.getHours()}-${now.getMinutes()}-${now.getSeconds()}_${now.microsecond}`;
  return joinPath(preparationFolder(context), `${day}_${time}@${randomUUID()}`);
}

interface Work {
  /** Begins messages. */
  readonly what: string;
  /** What the caller knows paths in the folder by, for messages. */
  readonly names: Readonly<Record<string, string>>;
}

/**
 * Calls `work` with the path of a new folder below `EXPORT_TMP`, which is removed when it is done, and what killed
 * processes left there before it begins. Where nothing else is in `EXPORT_TMP` then, that goes too.
 */
export async function withWorkFolder<T>(
  context: StorageContext,
  { what, names }: Work,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const parent = preparationFolder(context);
  const name = stagingName("work");
  const held = await makeFolder(context, parent, name).catch((error: unknown) => {
    throw fileException(error, `${what}: cannot prepare it in ${parent}`);
  });
  try {
    return await work(joinPath(parent, name));
  } catch (error) {
    throw inOtherNames(error, joinPath(parent, name), names);
  } finally {
    await quietly(context, () => remove(context, held, name));
    await quietly(context, () => held.close());
    // Unless exports are in it that wait to be fetched, or another call works there.
    await context.fs.promises.rmdir(parent).catch(() => undefined);
  }
}

function inOtherNames(error: unknown, folder: string, names: Work["names"]): unknown {
  if (!isTVBException(error)) return error;
  const message = Object.entries(names).reduce(
    (text, [inside, name]) => text.replaceAll(`${folder}/${inside}`, name),
    error.message,
  );
  if (message === error.message) return error;
  // Every class of @tvb-storage/errors is made from a message and options.
  const Same = error.constructor as new (message: string, options: { cause: unknown }) => TVBException;
  return new Same(message, { cause: error.cause ?? error });
}

async function makeFolder(context: StorageContext, parent: string, name: string): Promise<HeldFolder> {
  for (let attempt = 1; ; attempt++) {
    let held: HeldFolder | undefined;
    try {
      await context.files.checkCreated(parent);
      held = await context.paths.hold(parent);
      const inside = held;
      await quietly(context, () => sweep(context, inside));
      await context.fs.promises.mkdir(await held.at(name), { mode: 0o744 });
      return held;
    } catch (error) {
      await held?.close();
      if (systemErrorCode(error) === "ENOENT" && attempt < ATTEMPTS) continue;
      await context.fs.promises.rmdir(parent).catch(() => undefined);
      throw error;
    }
  }
}

/** Removes what processes left that ended in the middle. */
async function sweep(context: StorageContext, held: HeldFolder): Promise<void> {
  for (const { name, kind } of await folderEntries(context.fs, await held.at()))
    if (kind === "folder" && isOfDeadProcess(name)) await remove(context, held, name);
}

async function remove({ fs }: StorageContext, held: HeldFolder, name: string): Promise<void> {
  const [failure] = await removeTree(fs, held, name);
  if (failure !== undefined) throw failure.error;
}

/** What cannot be cleared away does not change what was done; the next call tries again. */
async function quietly({ logger }: StorageContext, step: () => Promise<void>): Promise<void> {
  await step().catch((error: unknown) => logger?.warn(`while clearing away: ${errorMessage(error)}`));
}
