import type { SyncFileSystem } from "../file-system.js";
import { isWithoutLinks } from "../hard-links.js";
import { systemErrorCode } from "../system-error.js";
import { journalPathOf } from "./commit-record.js";

/** The temporary name of a new file before its first commit. The name belongs to this package. */
export function partialPathOf(path: string): string {
  return `${path}.partial`;
}

/**
 * Opens the file at `path` for changes, or creates it under its temporary name. `mode`: of a new file,
 * less what the umask of the process takes off. Throws what the file system throws.
 */
export function openOrCreate(
  fs: SyncFileSystem,
  path: string,
  mode: number,
): { readonly fd: number; readonly isNew: boolean } {
  try {
    return { fd: fs.openSync(path, "r+"), isNew: false };
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw error;
  }
  const partial = partialPathOf(path);
  try {
    return { fd: fs.openSync(partial, "wx+", mode), isNew: true };
  } catch (error) {
    if (systemErrorCode(error) !== "EEXIST") throw error;
  }
  // Left by a dead writer, whose lock we have. Removed and not emptied, since it may be a second name of another file.
  fs.unlinkSync(partial);
  return { fd: fs.openSync(partial, "wx+", mode), isNew: true };
}

/**
 * Gives the file at `from` the name `to`, if no file has it. Where the file system has hard links, no file of another
 * program is ever replaced; elsewhere, none that exists at the call.
 *
 * Throws EEXIST where a file has the name, else what the file system throws; `from` is unchanged then.
 *
 * @returns False where `from` could not be removed, and names the same file too.
 */
export function takeFreeName(fs: SyncFileSystem, from: string, to: string): boolean {
  if (fs.linkSync !== undefined) {
    try {
      fs.linkSync(from, to);
      return isRemoved(fs, from);
    } catch (error) {
      if (!isWithoutLinks(error)) throw error;
    }
  }
  if (fs.existsSync(to)) throw Object.assign(new Error(`EEXIST: ${to} exists`), { code: "EEXIST" });
  fs.renameSync(from, to);
  return true;
}

function isRemoved(fs: SyncFileSystem, path: string): boolean {
  try {
    fs.unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Removes what a dead writer left of a new file, or of one that was to replace the file. The caller has its lock. Throws
 * what the file system throws.
 *
 * @returns `"applied"` where it is a second name of the file at `path`: that was created, only the removal of the
 *   temporary name was missing.
 */
export function removePartial(fs: SyncFileSystem, path: string): "clean" | "applied" | "discarded" {
  const partial = partialPathOf(path);
  // Of changes that were made to it before it got its name.
  const journal = journalPathOf(partial);
  if (fs.existsSync(journal)) fs.unlinkSync(journal);
  if (!fs.existsSync(partial)) return "clean";
  const isCreated =
    fs.existsSync(path) &&
    fs.statSync(path).ino !== undefined &&
    fs.statSync(path).ino === fs.statSync(partial).ino;
  fs.unlinkSync(partial);
  return isCreated ? "applied" : "discarded";
}
