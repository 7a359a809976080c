import nodeFs from "node:fs";
import { hostname } from "node:os";
import type { FileSystem } from "./file-system.js";

// The one file of this package that uses Node; in a browser `platform.browser.ts` replaces it.

/** The disk; undefined where there is none. */
export const disk: FileSystem | undefined = nodeFs;

export const isWindows: boolean = process.platform === "win32";

/** The folder in which Linux has the open files of this process as paths. */
export const openFilesFolder = "/proc/self/fd";

/** open(2)'s O_PATH, for which Node has no name: holds a folder without permission to list it. */
const O_PATH = 0o10000000;

/** The flags of open(2) that hold a folder: whether a link at its path is followed or not. */
export interface FolderFlags {
  readonly followed: number;
  readonly notFollowed: number;
}

/** Undefined where a path cannot go through a descriptor. */
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
  /** When the process started, in the host's units; distinguishes it from a later one with the same number. Linux only. */
  readonly started?: string;
  /** The number and the start of a worker thread, which can end before its process. Linux only. */
  readonly task?: { readonly id: number; readonly started: string };
  /** Within which process numbers mean something: containers of one host name have their own. Linux only. */
  readonly namespace?: string;
}

/** The state (`Z` is a process that ended and was not waited for) and the start of a process or thread, by its folder in Linux's `/proc`. */
function statusOf(folder: string): { state: string; started: string } | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    // proc(5): number, name in parentheses (which may hold anything), state (3rd field), ... start (22nd).
    const text = nodeFs.readFileSync(`/proc/${folder}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [state, started] = [fields[0], fields[19]];
    return state === undefined || started === undefined ? undefined : { state, started };
  } catch {
    return undefined;
  }
}

/** 0 in the main thread. Loading Node's module of threads takes 5 ms, which a program without any need not wait for. */
function threadNumber(): number {
  // In a worker thread this function is one that throws, and marked so.
  if (!("disabled" in process.chdir)) return 0;
  return process.getBuiltinModule("node:worker_threads").threadId;
}

/** The system's number of the worker thread that runs this; undefined for the main thread, which lives as long as its process. */
function ownTask(): ProcessIdentity["task"] {
  if (process.platform !== "linux" || threadNumber() === 0) return undefined;
  try {
    // Of the form 4711/task/4713.
    const folder = nodeFs.readlinkSync("/proc/thread-self");
    const started = statusOf(folder)?.started;
    const id = Number(folder.slice(folder.lastIndexOf("/") + 1));
    return started === undefined || !Number.isSafeInteger(id) ? undefined : { id, started };
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
  const started = statusOf(String(process.pid))?.started;
  const namespace = processNamespace();
  const task = ownTask();
  return {
    host: hostname(),
    pid: process.pid,
    thread: threadNumber(),
    ...(started === undefined ? {} : { started }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(task === undefined ? {} : { task }),
  };
}

let own: ProcessIdentity | undefined;

/** The identity of this process and thread; read when a lock is taken, since some systems require a permission. */
export function thisProcess(): ProcessIdentity {
  own ??= identify();
  return own;
}

/**
 * Whether a process of this host (or the given thread of it) is alive. `"unknown"`: a process has its
 * number, but it may be another one.
 */
export function livenessOf({
  pid,
  started,
  task,
}: Pick<ProcessIdentity, "pid" | "started" | "task">): "alive" | "dead" | "unknown" {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is alive, and belongs to another user.
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return "dead";
  }
  const status = statusOf(String(pid));
  if (status === undefined || started === undefined) return isOver(status) ? "dead" : "unknown";
  if (isOver(status) || started !== status.started) return "dead";
  if (task === undefined) return "alive";
  const thread = statusOf(`${pid}/task/${task.id}`);
  return isOver(thread) || thread?.started !== task.started ? "dead" : "alive";
}

/**
 * Whether a process of this host is alive; true where that cannot be known.
 * With `started`, whether it is still the one that started then.
 */
export function isAlive(pid: number, started?: string): boolean {
  return livenessOf({ pid, ...(started === undefined ? {} : { started }) }) !== "dead";
}

function isOver(status: { readonly state: string } | undefined): boolean {
  return status?.state === "Z" || status?.state === "X";
}

const table = new Uint8Array(65536);
const latin1 = new TextDecoder("latin1");
/** Stays open: opening the list costs four times as much as reading it, and every change of a file reads it. */
let tableFd: number | undefined;
/** When the list was read last, by `performance.now()`; and the thread that waits for it. */
let tableSeenAt = Number.NEGATIVE_INFINITY;
let waiting: Promise<void> | undefined;
/** Shorter than a grace period. */
const SOON_MS = 3;

/** The locks that processes of this host have on files, as proc(5) describes `/proc/locks`; undefined where there is no such list. */
export function lockTable(): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    tableFd ??= nodeFs.openSync("/proc/locks", "r");
    let text = "";
    for (let at = 0; ; ) {
      const count = nodeFs.readSync(tableFd, table, 0, table.length, at);
      if (count === 0) {
        tableSeenAt = performance.now();
        return text;
      }
      text += latin1.decode(table.subarray(0, count));
      at += count;
    }
  } catch {
    tableFd = undefined;
    return undefined;
  }
}

/**
 * Has `lockTable` take microseconds, and not milliseconds, once the promise is resolved; undefined where it does so now.
 * Linux lets the first one in a while who reads the list wait until every processor has passed a quiet moment (an RCU
 * grace period, 5 to 20 ms); who comes right after it does not wait. Another thread waits here. The first time in a
 * process it is not waited for: what a new process does next takes as long.
 */
export function lockTableSoon(): Promise<void> | undefined {
  if (process.platform !== "linux" || performance.now() - tableSeenAt < SOON_MS) return undefined;
  const isFirst = tableSeenAt === Number.NEGATIVE_INFINITY;
  waiting ??= new Promise<void>((resolve) => {
    const done = (): void => {
      waiting = undefined;
      tableSeenAt = performance.now();
      resolve();
    };
    try {
      tableFd ??= nodeFs.openSync("/proc/locks", "r");
      nodeFs.read(tableFd, new Uint8Array(1), 0, 1, 0, done);
    } catch {
      // `lockTable` finds that there is no list.
      queueMicrotask(done);
    }
  });
  return isFirst ? undefined : waiting;
}

/** The name of a process of this host, as the system shows it; undefined where it is not known. */
export function processName(pid: number): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return nodeFs.readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** Identifies a file on this host. */
export interface FileNumbers {
  readonly dev: number;
  readonly ino: number;
}

/** Whether a process has that file open; undefined where its open files may not be read. */
export function hasOpen(
  pid: number | string,
  file: FileNumbers,
  { forWriting }: { forWriting: boolean },
): boolean | undefined {
  let names: string[];
  try {
    names = nodeFs.readdirSync(`/proc/${pid}/fd`);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "EACCES" || code === "EPERM" ? undefined : false;
  }
  return names.some((name) => {
    try {
      const { ino, dev } = nodeFs.statSync(`/proc/${pid}/fd/${name}`);
      if (ino !== file.ino || dev !== file.dev) return false;
      if (!forWriting) return true;
      // proc(5), fdinfo: the flags of open(2), octal; the lowest two bits are the access mode.
      const flags = /^flags:\s*([0-7]+)/m.exec(nodeFs.readFileSync(`/proc/${pid}/fdinfo/${name}`, "latin1"));
      return (Number.parseInt(flags?.[1] ?? "1", 8) & 3) !== 0;
    } catch {
      // Closed meanwhile.
      return false;
    }
  });
}

/** statfs(2)'s numbers of file systems that no other host writes: ext, XFS, Btrfs, tmpfs, F2FS, ZFS, overlayfs, bcachefs. */
const LOCAL_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0xf2f52010, 0x2fc12fc1, 0x794c7630, 0xca451a4e,
]);

/** Processes that have a file open for writing. */
export interface FileWriters {
  readonly pids: readonly number[];
  /** Why there may be others; undefined where all are known. */
  readonly doubt: string | undefined;
}

/**
 * Finds the processes that have the file at `path` open for writing. A process of another
 * user whose open files cannot be read is a doubt if the file's permissions let it write;
 * one of root, which may always write, only where the file is root's.
 */
export function writersOf(path: string): FileWriters {
  if (process.platform !== "linux")
    return { pids: [], doubt: "this system does not tell who has a file open" };
  const { type } = nodeFs.statfsSync(path);
  const stats = nodeFs.statSync(path);
  const pids: number[] = [];
  let hidden = 0;
  for (const name of nodeFs.readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const found = hasOpen(name, stats, { forWriting: true });
    if (found === true) pids.push(Number(name));
    if (found === undefined && mayWrite(name, stats)) hidden += 1;
  }
  let doubt: string | undefined;
  if (hidden > 0) doubt = `${hidden} processes of other users cannot be looked at`;
  // The number is signed where it has 32 bits.
  else if (!LOCAL_FILE_SYSTEMS.has(type >>> 0)) doubt = "other hosts may write its file system";
  return { pids, doubt };
}

function mayWrite(pid: string, { uid, mode }: { uid: number; mode: number }): boolean {
  try {
    return nodeFs.statSync(`/proc/${pid}`).uid === uid || (mode & 0o022) !== 0;
  } catch {
    // Ended meanwhile.
    return false;
  }
}

/** Work for the end of the process (or worker thread). */
export interface EndHandlers {
  /** The event loop is empty. What this starts is waited for, then it is called again. */
  readonly beforeExit: () => void;
  /** The process ends when it returns: `process.exit`, an uncaught exception, or the ordinary end. */
  readonly exit: () => void;
}

export function onProcessEnd({ beforeExit, exit }: EndHandlers): void {
  process.on("beforeExit", beforeExit);
  process.on("exit", exit);
}

/** Writes what was lost at the end to stderr, and sets a failing exit code unless one is set. Does not throw. */
export function failAtEnd(message: string): void {
  // A warning would be printed in a later turn, which does not come.
  if (process.exitCode === undefined || process.exitCode === 0) process.exitCode = 1;
  try {
    nodeFs.writeSync(2, `${message}\n`);
  } catch {
    // stderr is closed; the exit code still shows the failure.
  }
}
