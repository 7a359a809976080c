import type { SyncFileSystem } from "@tvb-storage/files";
import fc from "fast-check";
import type { FilePort } from "../../src/port/file-port.js";
import { JournaledPort, type JournaledPortOptions } from "../../src/port/journaled-port.js";
import { partialPathOf } from "../../src/port/new-file.js";
import { ReadPort } from "../../src/port/read-port.js";
import type { RecoveryOutcome } from "../../src/port/recovery.js";
import { acquireWriterLock, type WriterLockOptions } from "../../src/port/writer-lock.js";

// A stand-in for HDF5: a file whose first eight bytes are its committed length,
// as the end-of-file address of a superblock is.

export type Change =
  | { readonly kind: "write"; readonly position: number; readonly data: Uint8Array }
  | { readonly kind: "truncate"; readonly length: number };

/** What is done between an open and its commit. */
export type Transaction = readonly Change[];

export const HEADER_BYTES = 8;

function header(length: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  new DataView(bytes.buffer).setFloat64(0, length, true);
  return bytes;
}

export function committedLength(file: Pick<FilePort, "size" | "read">): number {
  const bytes = new Uint8Array(HEADER_BYTES);
  file.read(bytes, 0);
  return new DataView(bytes.buffer).getFloat64(0, true);
}

export function makeChanges(port: FilePort, changes: Transaction): void {
  for (const change of changes) {
    if (change.kind === "write") port.write(change.data, change.position);
    else port.truncate(change.length);
  }
  port.write(header(Math.max(port.size, HEADER_BYTES)), 0);
}

/** The same on plain bytes. */
export function expected(before: Uint8Array, changes: Transaction): Uint8Array {
  let bytes = before.slice();
  const resize = (length: number): void => {
    const next = new Uint8Array(length);
    next.set(bytes.subarray(0, length));
    bytes = next;
  };
  for (const change of changes) {
    if (change.kind === "truncate") resize(change.length);
    else {
      resize(Math.max(bytes.length, change.position + change.data.length));
      bytes.set(change.data, change.position);
    }
  }
  if (bytes.length < HEADER_BYTES) resize(HEADER_BYTES);
  bytes.set(header(bytes.length), 0);
  return bytes;
}

export async function transact(
  fs: SyncFileSystem,
  path: string,
  changes: Transaction,
  options: JournaledPortOptions = {},
  lockOptions?: WriterLockOptions,
): Promise<void> {
  const lock = await acquireWriterLock(fs, path, lockOptions);
  try {
    const port = JournaledPort.open(lock, { committedLength, ...options });
    try {
      makeChanges(port, changes);
      port.commit();
    } finally {
      port.rollBack();
    }
  } finally {
    lock.release();
  }
}

function committedPart(port: FilePort): Uint8Array {
  const bytes = new Uint8Array(Math.min(port.size, committedLength(port)));
  port.read(bytes, 0);
  return bytes;
}

/** What a reader without a lock sees; undefined where there is no file. */
export function seenByReader(fs: SyncFileSystem, path: string): Uint8Array | undefined {
  if (!fs.existsSync(path)) return undefined;
  const port = ReadPort.open(fs, path);
  try {
    return committedPart(port);
  } finally {
    port.close();
  }
}

/** What a user does after a crash: takes the lock, which finishes the commit, and removes a new file that was not committed. */
export async function recoverPath(
  fs: SyncFileSystem,
  path: string,
  options?: WriterLockOptions,
): Promise<RecoveryOutcome> {
  const lock = await acquireWriterLock(fs, path, options);
  try {
    const partial = partialPathOf(path);
    if (!fs.existsSync(partial)) return lock.recovered;
    fs.unlinkSync(partial);
    return lock.recovered === "clean" ? "discarded" : lock.recovered;
  } finally {
    lock.release();
  }
}

/** The bytes on the disk after recovery, as any other program finds them. */
export async function recovered(fs: SyncFileSystem, path: string): Promise<Uint8Array | undefined> {
  await recoverPath(fs, path);
  return seenByOthers(fs, path);
}

export function seenByOthers(fs: SyncFileSystem, path: string): Uint8Array | undefined {
  if (!fs.existsSync(path)) return undefined;
  const fd = fs.openSync(path, "r");
  const bytes = new Uint8Array(fs.fstatSync(fd).size);
  if (bytes.length > 0) fs.readSync(fd, bytes, 0, bytes.length, 0);
  fs.closeSync(fd);
  const length = new DataView(bytes.buffer).getFloat64(0, true);
  return bytes.subarray(0, length);
}

export function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.compare(a, b) === 0;
}

/** Changes within a file of about `extent` bytes: small ones, ones over pages, cuts and growth. */
export function arbitraryTransaction(extent: number, maxLength = 8): fc.Arbitrary<Change[]> {
  const write = fc
    .record({
      position: fc.integer({ min: HEADER_BYTES, max: extent }),
      length: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: extent })),
      seed: fc.integer({ min: 1, max: 255 }),
    })
    .map(({ position, length, seed }): Change => {
      const data = new Uint8Array(length).map((_, index) => (seed * 31 + index * 7) & 0xff || 1);
      return { kind: "write", position, data };
    });
  const truncate = fc
    .integer({ min: HEADER_BYTES, max: extent })
    .map((length): Change => ({ kind: "truncate", length }));
  return fc.array(fc.oneof({ weight: 4, arbitrary: write }, { weight: 1, arbitrary: truncate }), {
    maxLength,
  });
}
