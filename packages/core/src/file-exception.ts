import { FileStorageException, FileStructureException, isTVBException } from "@tvb-storage/errors";
import { errorMessage, systemErrorCode } from "./system-error.js";

/** What the errno names mean to somebody who does not know them. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EPERM: "not permitted",
  EBUSY: "it is in use",
  EEXIST: "something is there already",
  EISDIR: "it is a folder",
  ELOOP: "symbolic links lead in a circle",
  ENAMETOOLONG: "the name is too long for this disk",
  ENOENT: "no such file or folder",
  ENOTDIR: "a part of the path is a file, not a folder",
  ENOTEMPTY: "the folder is not empty",
  EROFS: "the disk is read-only",
  EDQUOT: "the disk quota is used up",
  EIO: "input/output error of the disk",
  EMFILE: "this process has too many files open",
  ENFILE: "the system has too many files open",
  ENOSPC: "no space left on the disk",
};

/** Nothing is wrong with the path; the disk or the system could not do it. */
const OF_THE_DISK: ReadonlySet<string> = new Set(["EDQUOT", "EIO", "EMFILE", "ENFILE", "ENOSPC"]);

/**
 * The exception to throw where the file system failed: `FileStorageException`
 * where the disk could not do it (full, broken, too many open files), else
 * `FileStructureException`. `what` names the action and the path, as in
 * `cannot read /data/Project.xml`. One of our own exceptions comes back as it is.
 */
export function fileException(error: unknown, what: string): Error {
  if (error instanceof Error && isTVBException(error)) return error;
  const code = systemErrorCode(error);
  const reason = code === undefined ? undefined : REASONS[code];
  const message = `${what}: ${reason === undefined ? errorMessage(error) : `${reason} (${code})`}`;
  return code !== undefined && OF_THE_DISK.has(code)
    ? new FileStorageException(message, { cause: error })
    : new FileStructureException(message, { cause: error });
}
