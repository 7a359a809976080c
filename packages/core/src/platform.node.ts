import nodeFs from "node:fs";
import { hostname } from "node:os";
import { threadId } from "node:worker_threads";
import type { FileSystem } from "./file-system.js";

// The one file of this package that knows Node; a browser gets `platform.browser.ts` in its place.

/** The disk; undefined where there is none. */
export const disk: FileSystem | undefined = nodeFs;

export const isWindows: boolean = process.platform === "win32";

/** Where the system has the open files of this process as paths. */
export const openFilesFolder = "/proc/self/fd";

/** open(2)'s O_PATH, which Node has no name for: a folder can be held without the permission to list it. */
const O_PATH = 0o10000000;

/** The flags of open(2) that hold a folder, by whether a link in its place is followed. */
export interface FolderFlags {
  readonly followed: number;
  readonly notFollowed: number;
}

/** Undefined where a descriptor cannot be a part of a path. */
export const folderFlags: FolderFlags | undefined =
  process.platform === "linux"
    ? {
        followed: O_PATH | nodeFs.constants.O_DIRECTORY,
        notFollowed: O_PATH | nodeFs.constants.O_DIRECTORY | nodeFs.constants.O_NOFOLLOW,
      }
    : undefined;

/** The folder that relative paths start from, with `/` separators. */
export function currentFolder(): string {
  return isWindows ? process.cwd().replaceAll("\\", "/") : process.cwd();
}

/** Who holds a lock between processes. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  readonly thread: number;
  /** When the process started, as its host counts; tells it from a later one with its number. Linux only. */
  readonly started?: string;
  /** Within which process numbers mean something: containers of one host name have their own. Linux only. */
  readonly namespace?: string;
}

/** The state (`Z` is a process that ended and was not waited for) and the start of a process, on Linux. */
function processStatus(pid: number): { state: string; started: string } | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    // proc(5): number, name in parentheses (which may hold anything), state (3rd field), ... start (22nd).
    const text = nodeFs.readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [state, started] = [fields[0], fields[19]];
    return state === undefined || started === undefined ? undefined : { state, started };
  } catch {
    return undefined;
  }
}

function processNamespace(): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return nodeFs.readlinkSync("/proc/self/ns/pid");
  } catch {
    return undefined;
  }
}

function identify(): ProcessIdentity {
  const started = processStatus(process.pid)?.started;
  const namespace = processNamespace();
  return {
    host: hostname(),
    pid: process.pid,
    thread: threadId,
    ...(started === undefined ? {} : { started }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

export const self: ProcessIdentity = identify();

/**
 * Whether a process of this host is alive; true where that cannot be known.
 * With `started`, whether it is still the one that started then.
 */
export function isAlive(pid: number, started?: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
  const status = processStatus(pid);
  if (status === undefined) return true;
  return (
    status.state !== "Z" && status.state !== "X" && (started === undefined || started === status.started)
  );
}
