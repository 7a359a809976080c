import { type FileSystem, normalizePath, quoted, resolvePath } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";

/**
 * A path that the caller chose, absolute and with `/` separators.
 *
 * @throws FileStructureException it is empty, has a NUL, or is no string; `what` names it.
 */
export function checkPath(path: string, what: string): string {
  if (typeof path !== "string" || path === "")
    throw new FileStructureException(
      `${what} must be a path; found ${path === "" ? "an empty text" : path === null ? "null" : typeof path}`,
    );
  if (path.includes("\0")) throw new FileStructureException(`${what} has a NUL character: ${quoted(path)}`);
  return normalizePath(path);
}

/** Whether `path` is `folder` or beneath it, both as `normalizePath` gives them. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * Refuses a path in the storage root that a symbolic link leads out of it.
 * Paths that are elsewhere to begin with are the caller's own.
 *
 * @throws FileStructureException names the path and where it leads.
 */
export function checkStaysInside(fs: FileSystem, storageRoot: string, path: string): void {
  if (isWithin(storageRoot, path)) refuseLeavingLink(fs, storageRoot, path, resolvePath(fs, path));
}

/** `checkStaysInside` where the real place of the path is known. */
export function refuseLeavingLink(fs: FileSystem, storageRoot: string, path: string, real: string): void {
  if (!isWithin(storageRoot, path)) return;
  // The storage root may itself be reached through a link.
  if (isWithin(resolvePath(fs, storageRoot), real)) return;
  throw new FileStructureException(
    `${path} is a symbolic link, or beneath one, that leads out of the storage root ${storageRoot} to ${real}; ` +
      "such links are not followed",
  );
}
