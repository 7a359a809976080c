import { FileStorageException, FileStructureException, isTVBException } from "@tvb-storage/errors";
import { normalizePath } from "./file-path.js";
import type { SyncFileSystem } from "./file-system.js";
import { errorMessage, systemErrorCode } from "./system-error.js";

/** What the errno names mean, in words. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EPERM: "not permitted",
  EBUSY: "it is in use",
  EEXIST: "something is there already",
  EFBIG: "the file would be larger than the disk, or a limit of the system, allows",
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

/** Errors of the disk or the system, not of the path. */
const OF_THE_DISK: ReadonlySet<string> = new Set(["EDQUOT", "EFBIG", "EIO", "EMFILE", "ENFILE", "ENOSPC"]);

/** The path of the failed call. The folder that it is in may be the cause. */
export interface FailedAt {
  readonly fs: Pick<SyncFileSystem, "existsSync">;
  readonly path: string;
  /** The call makes or replaces a file in the folder. */
  readonly creates?: boolean;
}

const REFUSED: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);

/** What is wrong with the folder that the path is in, and what to do. */
function folderReason(code: string | undefined, { fs, path, creates }: FailedAt): string | undefined {
  const folder = normalizePath(`${path}/..`);
  if (code === "ENOENT" && !fs.existsSync(folder))
    return `there is no folder ${folder}${creates === true ? "; create it first" : ""}`;
  if (creates === true && code !== undefined && REFUSED.has(code))
    return `the folder ${folder} must be writable, since files are made in it: ${REASONS[code]}`;
  return undefined;
}

/**
 * The exception to throw where the file system failed: `FileStorageException`
 * where the disk could not do it (full, broken, too many open files), else
 * `FileStructureException`. `what` names the action and the path, as in
 * `cannot read /data/Project.xml`; `at` finds out whether its folder is the reason. One of our own exceptions comes back as it is.
 */
export function fileException(error: unknown, what: string, at?: FailedAt): Error {
  if (error instanceof Error && isTVBException(error)) return error;
  const code = systemErrorCode(error);
  const ofFolder = at === undefined ? undefined : folderReason(code, at);
  const reason = ofFolder ?? (code === undefined ? undefined : REASONS[code]);
  const message = `${what}: ${reason === undefined ? errorMessage(error) : `${reason} (${code})`}`;
  return code !== undefined && OF_THE_DISK.has(code)
    ? new FileStorageException(message, { cause: error })
    : new FileStructureException(message, { cause: error });
}
