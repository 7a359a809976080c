import nodeFs from "node:fs";
import { hostname } from "node:os";
import { threadId } from "node:worker_threads";
import type { FileSystem } from "./file-system.js";

// The one file of this package that knows Node; a browser gets `platform.browser.ts` in its place.

/** The disk; undefined where there is none. */
export const disk: FileSystem | undefined = nodeFs;

export const isWindows: boolean = process.platform === "win32";

/** The folder that relative paths start from, with `/` separators. */
export function currentFolder(): string {
  return isWindows ? process.cwd().replaceAll("\\", "/") : process.cwd();
}

/** Who holds a lock between processes. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  readonly thread: number;
}

export const self: ProcessIdentity = { host: hostname(), pid: process.pid, thread: threadId };

/** Whether a process of this host is alive; true where that cannot be known. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
