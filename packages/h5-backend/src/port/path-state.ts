import { type SyncFileSystem, systemErrorCode } from "@tvb-storage/core";

/** What a path leads to now, compared with a file that is open. */
export type PathState = "same" | "missing" | "replaced";

/**
 * Whether another program has unlinked the open file or moved another one over it. `ino` is that of the open
 * file; no other file can get the number while it is open. On a file system without such numbers only a
 * missing file is found. Throws what the file system throws.
 */
export function pathState(fs: SyncFileSystem, path: string, ino: number | undefined): PathState {
  try {
    const now = fs.statSync(path).ino;
    return ino === undefined || now === undefined || now === ino ? "same" : "replaced";
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return "missing";
    throw error;
  }
}

const GONE: Readonly<Record<Exclude<PathState, "same">, string>> = {
  missing: "another program removed or moved it while it was open here",
  replaced: "another program put another file in its place while it was open here",
};

/** What happened to the file, for messages. */
export function describeLoss(state: Exclude<PathState, "same">): string {
  return GONE[state];
}
