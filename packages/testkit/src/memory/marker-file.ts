import { IncompatibleFileManagerException } from "@tvb-storage/errors";
import { fileException, type SyncFileSystem, systemErrorCode } from "@tvb-storage/files";
import { temporaryName } from "@tvb-storage/files/internal";
import type { MemoryContent } from "./memory-transaction.js";

// The content of a memory file is a snapshot in this table. The file on the
// given file system only names it, so that moving or removing that file moves
// or removes the content. Each commit is a new snapshot with a new name, and
// happens in the one moment in which the file gets that name.
const snapshots = new Map<string, MemoryContent>();

const MARKER = /^tvb-storage memory file ([0-9a-f-]{36})\n$/;
const MARKER_BYTES = 61;

interface Marked {
  readonly id: string;
  readonly content: MemoryContent;
}

/**
 * What a memory file holds; undefined where there is no file.
 *
 * @throws IncompatibleFileManagerException something else is there.
 * @throws FileStructureException the file cannot be read.
 */
export function readMarker(fs: SyncFileSystem, path: string): Marked | undefined {
  let text: string;
  try {
    if (!fs.existsSync(path)) return undefined;
    if (fs.statSync(path).isDirectory()) throw foreign("it is a folder");
    text = readStart(fs, path);
  } catch (cause) {
    if (systemErrorCode(cause) === "ENOENT") return undefined;
    throw fileException(cause, `${path} cannot be opened`);
  }
  const id = MARKER.exec(text)?.[1];
  if (id === undefined) throw foreign("it does not start as one");
  const content = snapshots.get(id);
  if (content === undefined)
    throw foreign("its content was in the memory of another process, or is an old copy");
  return { id, content };
}

function foreign(reason: string): Error {
  return new IncompatibleFileManagerException(`it is no memory file: ${reason}`);
}

function readStart(fs: SyncFileSystem, path: string): string {
  const fd = fs.openSync(path, "r");
  try {
    const buffer = new Uint8Array(MARKER_BYTES + 1);
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      buffer.subarray(0, fs.readSync(fd, buffer, 0, buffer.length, 0)),
    );
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * Makes `content` the content of the file, in place of that of `replaces`.
 *
 * @throws FileStructureException the folder is missing or closed to us.
 * @throws FileStorageException the disk is full or broken. The file is as it was.
 */
export function commitMarker(
  fs: SyncFileSystem,
  path: string,
  content: MemoryContent,
  replaces: string | undefined,
): void {
  const id = crypto.randomUUID();
  // Kept also where the commit fails: the last call may have had its effect before it failed.
  snapshots.set(id, content);
  const temporary = temporaryName(path);
  try {
    writeFile(fs, temporary, `tvb-storage memory file ${id}\n`);
    fs.renameSync(temporary, path);
  } catch (cause) {
    removeQuietly(fs, temporary);
    throw fileException(cause, `${path} cannot be written and is as before`, { fs, path, creates: true });
  }
  if (replaces !== undefined) snapshots.delete(replaces);
}

function writeFile(fs: SyncFileSystem, path: string, text: string): void {
  const fd = fs.openSync(path, "wx", 0o744);
  try {
    const bytes = new TextEncoder().encode(text);
    let done = 0;
    while (done < bytes.length) done += fs.writeSync(fd, bytes, done, bytes.length - done, done);
  } finally {
    fs.closeSync(fd);
  }
  fs.chmodSync(path, 0o744);
}

function removeQuietly(fs: SyncFileSystem, path: string): void {
  try {
    fs.unlinkSync(path);
  } catch {
    // The error that led here is the one to report.
  }
}
