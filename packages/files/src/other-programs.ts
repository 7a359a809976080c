import {
  disk,
  type FileWriters,
  hasOpen,
  lockTable,
  lockTableSoon,
  processName,
  thisProcess,
  writersOf,
} from "#platform";
import type { SyncFileSystem } from "./file-system.js";
import { spaceIdentity } from "./open-files.js";

// Finds other programs that have a file open. Only for files on the disk: the operating system knows
// nothing of other file systems.

/** A lock that another process has on a whole file, flock(2) or fcntl(2): shared to read, exclusive to write. */
export interface ForeignLock {
  readonly kind: "shared" | "exclusive";
  /** 0 where it is not known. */
  readonly pid: number;
  /** The name of its program, where it is known. */
  readonly program: string | undefined;
}

function isDisk(fs: SyncFileSystem): boolean {
  return disk !== undefined && spaceIdentity(fs) === disk;
}

let lastTable: string | undefined;
let readAt = Number.NEGATIVE_INFINITY;

function locksNow(maxAgeMs: number): string | undefined {
  const now = performance.now();
  if (now - readAt <= maxAgeMs) return lastTable;
  lastTable = lockTable();
  readAt = now;
  return lastTable;
}

/**
 * Undefined where `foreignLock` is to be called now. Else it would wait for some 10 ms, and will not once the promise is
 * resolved. To be called early for the first time in a process, which only begins to wait on another thread.
 */
export function foreignLockSoon(fs: SyncFileSystem): Promise<void> | undefined {
  return isDisk(fs) ? lockTableSoon() : undefined;
}

/** `major:minor` as the kernel prints them, of a device number as stat(2) packs it (gnu_dev_major, gnu_dev_minor). */
function deviceText(dev: number): string {
  const high = Math.floor(dev / 2 ** 32);
  const low = dev % 2 ** 32;
  const major = ((low >>> 8) & 0xfff) + (high - (high % 0x1000));
  const minor = (low & 0xff) + ((low >>> 12) & 0xfff00) + (high % 0x1000) * 2 ** 20;
  const hex = (value: number): string => value.toString(16).padStart(2, "0");
  return `${hex(major)}:${hex(minor)}`;
}

/**
 * The lock of another process on a file; an exclusive one before a shared one.
 * Undefined where there is none, or where locks cannot be seen: not on Linux, not
 * on the disk, by a process of another container or host. Locks of this process do
 * not count: the code that took them knows of them.
 *
 * @param file The file's stat.
 * @param maxAgeMs How old the list of locks may be; 0 reads it now, which takes about 5 us.
 */
export function foreignLock(
  fs: SyncFileSystem,
  file: { readonly dev?: number; readonly ino?: number },
  maxAgeMs = 0,
): ForeignLock | undefined {
  const { dev, ino } = file;
  if (dev === undefined || ino === undefined || !isDisk(fs)) return undefined;
  const table = locksNow(maxAgeMs);
  if (table === undefined || table === "") return undefined;
  const mark = `:${ino} `;
  // The usual case.
  if (!table.includes(mark)) return undefined;
  let found: ForeignLock | undefined;
  for (const line of table.split("\n")) {
    if (!line.includes(mark)) continue;
    const lock = lockOf(line, { dev, ino });
    if (lock?.kind === "exclusive") return lock;
    found ??= lock;
  }
  return found;
}

/** proc(5), /proc/locks: `1: FLOCK  ADVISORY  WRITE 4711 fd:00:1234 0 EOF`; a waiting one has `->` after its number. */
function lockOf(line: string, file: { dev: number; ino: number }): ForeignLock | undefined {
  const [, type, , access, process = "", location = "", start, end] = line.split(/\s+/);
  if (type !== "FLOCK" && type !== "POSIX" && type !== "OFDLCK") return undefined;
  // HDF5 locks whole files; locks on parts come from other kinds of programs.
  if (start !== "0" || end !== "EOF") return undefined;
  const pid = Math.max(0, Number(process));
  if (pid === thisProcess().pid) return undefined;
  // On Btrfs and some overlays, stat has other device numbers than this list.
  const isIt =
    location === `${deviceText(file.dev)}:${file.ino}` || hasOpen(pid, file, { forWriting: false }) === true;
  if (!isIt) return undefined;
  return { kind: access === "READ" ? "shared" : "exclusive", pid, program: processName(pid) };
}

/** The processes that have a file open for writing, as far as is known; see `FileWriters`. */
export function fileWriters(fs: SyncFileSystem, path: string): FileWriters {
  return isDisk(fs) ? writersOf(path) : { pids: [], doubt: "its file system does not tell who has it open" };
}
