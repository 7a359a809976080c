import { FileStorageException } from "@tvb-storage/errors";
import type { FileGuard, SyncFileSystem } from "@tvb-storage/files";
import { type ForeignLock, foreignLock, foreignLockSoon } from "@tvb-storage/files/internal";
import { type Superblock, writingMark } from "@tvb-storage/hdf5/internal";

// How HDF5 keeps two programs from one file, which we keep to. (1) H5FD__sec2_lock: flock(2) on the
// file, exclusive to write it and shared to read it, from open to close; a SWMR writer releases it
// when it has begun. (2) H5F__super_read: from version 3 of the superblock on, marks in it say that
// a writer has the file open.

/** How old the list of locks may be for a read. A lock taken within this time before it shows as one taken right after it would. */
const READ_AGE_MS = 2;

const OVERRIDE = "or pass ignoreLocks: true to go by neither";

/** The lock of another process that forbids the call: for a change any, for a read an exclusive one. */
function lockAgainst(
  fs: SyncFileSystem,
  file: { readonly dev?: number; readonly ino?: number },
  purpose: "change" | "read",
  maxAgeMs = purpose === "read" ? READ_AGE_MS : 0,
): ForeignLock | undefined {
  const lock = foreignLock(fs, file, maxAgeMs);
  return purpose === "read" && lock?.kind === "shared" ? undefined : lock;
}

/** Whether `refuseLocked` would throw. */
export function isLocked(...args: Parameters<typeof lockAgainst>): boolean {
  return lockAgainst(...args) !== undefined;
}

/**
 * @param file What stat says of the file.
 * @throws FileStorageException another process has HDF5's lock on the file: to change it any lock, to read it an
 *   exclusive one.
 * @param maxAgeMs How old the list of locks may be; default 0 to change it, 2 to read it.
 */
export function refuseLocked(
  fs: SyncFileSystem,
  path: string,
  file: { readonly dev?: number; readonly ino?: number },
  purpose: "change" | "read",
  maxAgeMs?: number,
): void {
  const lock = lockAgainst(fs, file, purpose, maxAgeMs);
  if (lock === undefined) return;
  const use = lock.kind === "exclusive" ? "writing" : "reading";
  throw new FileStorageException(
    `${path} cannot be ${purpose === "read" ? "read" : "changed"}: ${describe(lock)} has it open for ${use} ` +
      `(HDF5's lock on it is ${lock.kind}). Close the file there, ${OVERRIDE}`,
  );
}

/** To be awaited before `refuseLocked`, or a guard, where locks count: else it may hold up the event loop for some 10 ms. */
export function lockListSoon(
  fs: SyncFileSystem,
  { ignoreLocks = false }: { readonly ignoreLocks?: boolean | undefined },
): Promise<void> | undefined {
  return ignoreLocks ? undefined : foreignLockSoon(fs);
}

/** For ports and locks: `refuseLocked` before a change, where locks count. */
export function fileGuard(
  fs: SyncFileSystem,
  path: string,
  { ignoreLocks }: { readonly ignoreLocks: boolean },
): { readonly guard?: FileGuard } {
  return ignoreLocks ? {} : { guard: (file, maxAgeMs) => refuseLocked(fs, path, file, "change", maxAgeMs) };
}

function describe({ pid, program }: ForeignLock): string {
  if (pid === 0) return "another program";
  return program === undefined ? `process ${pid}` : `process ${pid} (${program})`;
}

/**
 * @throws FileStorageException the superblock is marked as open for writing: to change the file any mark, to read it
 *   every one but that of a SWMR writer (single writer, multiple readers).
 */
export function refuseMarked(path: string, superblock: Superblock, purpose: "change" | "read"): void {
  const mark = writingMark(superblock);
  if (mark === undefined || (purpose === "read" && mark === "swmr")) return;
  const what = mark === "swmr" ? "open for SWMR writing" : "open for writing";
  const reading = mark === "swmr" ? " It can be read meanwhile." : "";
  throw new FileStorageException(
    `${path} cannot be ${purpose === "read" ? "read" : "changed"}: its superblock is marked as ${what}, so ` +
      `another program has the file open or did not close it.${reading} Close the file there; where that program ` +
      `has died, recover(path) takes the mark off, ${OVERRIDE}`,
  );
}
