import { type SyncFileStats, type SyncFileSystem, systemErrorCode } from "@tvb-storage/core";

/** What a path leads to now, compared with a file that is open. */
export type PathState =
  | { readonly state: "same"; readonly stats: SyncFileStats }
  | { readonly state: "missing" | "replaced" };

/**
 * Whether another program has unlinked the file that is open, or moved another one over it. `open`: what fstat tells
 * of it, or told when it was opened. Throws what the file system throws.
 */
export function pathState(fs: SyncFileSystem, path: string, open: SyncFileStats): PathState {
  try {
    const stats = fs.statSync(path);
    const { ino } = stats;
    // memfs gives the number of an open file to the next one; but that the open one has no name is seen there too.
    const isSame = open.nlink !== 0 && (ino === undefined || open.ino === undefined || ino === open.ino);
    return isSame ? { state: "same", stats } : { state: "replaced" };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return { state: "missing" };
    throw error;
  }
}

/** Whether the open file still has a name; also where the file system does not tell. Does not throw. */
export function hasName(fs: SyncFileSystem, fd: number): boolean {
  try {
    return fs.fstatSync(fd).nlink !== 0;
  } catch {
    return true;
  }
}

type Loss = Exclude<PathState["state"], "same">;

const GONE: Readonly<Record<Loss, string>> = {
  missing: "another program removed or moved it while it was open here",
  replaced: "another program put another file in its place while it was open here",
};

/** What happened to the file, for messages. */
export function describeLoss(state: Loss): string {
  return GONE[state];
}
