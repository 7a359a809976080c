import { namedBackend } from "@tvb-storage/core/internal";
import { FileStructureException } from "@tvb-storage/errors";
import { checkPath, DateTime, pathStats, quoted } from "@tvb-storage/files";
import { baseName, formatDateTime, joinPath, type LongCall, parentOf } from "@tvb-storage/files/internal";
import { checkName } from "@tvb-storage/fs-helper/internal";
import { moveReleased, type StorageContext } from "./storage-context.js";
import { exportFolder, withWorkFolder } from "./work-folder.js";

export interface Publication {
  readonly call: LongCall;
  /** What the export is named for, after its time. */
  readonly title: string;
  /** With its dot. */
  readonly extension: string;
  readonly target: string | undefined;
}

/**
 * Makes an export in a folder of its own and moves it to its place in one step.
 *
 * @param write Writes the file at `path`; `folder` is empty, and for what it needs on the way.
 * @returns the path of the export.
 * @throws FileStructureException something is there already.
 */
export async function publish(
  context: StorageContext,
  { call, title, extension, target }: Publication,
  write: (path: string, folder: string) => Promise<void>,
): Promise<string> {
  const { files, fs, paths } = context;
  const { folder, name } = destination(context, { title, extension, target });
  if (folder !== undefined) {
    paths.checkInside(folder);
    const found = await pathStats(fs, joinPath(folder, name));
    if (found !== undefined) throw inTheWay(call.what, joinPath(folder, name), found.kind);
  }
  const names = { [`out/${name}`]: folder === undefined ? name : joinPath(folder, name) };
  const path = await withWorkFolder(context, { what: call.what, names }, async (work) => {
    const [out, parts] = [`${work}/out`, `${work}/parts`];
    await files.checkCreated(out);
    await files.checkCreated(parts);
    await write(`${out}/${name}`, parts);
    call.check();
    if (folder === undefined) {
      const own = exportFolder(context);
      await moveReleased(context, out, own);
      return `${own}/${name}`;
    }
    await files.checkCreated(folder);
    await moveReleased(context, `${out}/${name}`, joinPath(folder, name));
    return joinPath(folder, name);
  });
  context.logger?.debug(`exported ${path}`);
  return path;
}

function inTheWay(what: string, path: string, kind: string): FileStructureException {
  return new FileStructureException(`${what}: a ${kind} is at ${path} already; move or remove it first`);
}

function destination(
  context: StorageContext,
  { title, extension, target }: Omit<Publication, "call">,
): { readonly folder: string | undefined; readonly name: string } {
  const ownName = (): string =>
    checkName(`${minute(context.now())}_${title}${extension}`, "name of the export");
  if (target === undefined) return { folder: undefined, name: ownName() };
  const path = checkPath(target, "the option target");
  if (path.toLowerCase().endsWith(extension)) return { folder: parentOf(path), name: baseName(path) };
  const isFile = path.toLowerCase().endsWith(".zip") || namedBackend(context.backends, path) !== undefined;
  if (isFile)
    throw new FileStructureException(
      `the export is a ${extension} file; found ${quoted(target)} as the option target: give a path that ends with ${extension}, or a folder`,
    );
  return { folder: path, name: ownName() };
}

/** `YYYY-MM-DD_HH-MM` in local time. */
function minute(now: Date): string {
  return formatDateTime(new DateTime(now))
    .slice(0, "YYYY-MM-DD HH:MM".length)
    .replace(" ", "_")
    .replace(":", "-");
}
