import { Readable, promises as streams, Writable } from "node:stream";
import type { CopyOptions } from "@tvb-storage/core";
import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import {
  type FileHandle,
  type FileSystem,
  fileException,
  type NodeReadable,
  type NodeWritable,
  type PathStats,
  pathStats,
  replaceFileWith,
  systemErrorCode,
  withFilesReleased,
} from "@tvb-storage/files";
import { LongCall, parentOf, readArgument, systemPath, writeAll } from "@tvb-storage/files/internal";
import { createFolder } from "./create-folder.js";

const DEFAULT_BUFFER_BYTES = 1024 * 1024;

/** A file to read, or a stream. */
type Source = { readonly path: string; readonly stats: PathStats } | Readable;

/**
 * Copies bytes from a file or stream to a file or stream. A file is replaced in
 * one step when all is written, and its folder is made where it is missing; a
 * stream is ended, and the caller destroys it where the copy fails. Paths are absolute. Throws as `FilesHelper.copyFile` does.
 */
export async function copyBytes(
  fs: FileSystem,
  from: string | NodeReadable,
  to: string | NodeWritable,
  options: Omit<CopyOptions, "destPostfix">,
): Promise<void> {
  const what = `cannot copy ${nameOf(from)} to ${nameOf(to)}`;
  const source = checkSource(from, what);
  const dest = checkDestination(to, what);
  const call = new LongCall(what, options);
  const paths = [source, dest].filter((end): end is string => typeof end === "string");
  if (paths.length === 2 && paths[0] === paths[1])
    throw new FileStructureException(`${what}: they are the same file`);
  try {
    call.check();
    // `pipeline` would wait for such a stream without end, and files at the other path would stay locked.
    if (typeof dest !== "string" && (dest.writableEnded || dest.destroyed))
      throw new FileStructureException(`${what}: the stream to write to has been ended or destroyed before`);
    await withFilesReleased(fs, paths, async () =>
      copy(fs, await open(fs, source, what), dest, options, call),
    );
  } catch (error) {
    call.check();
    throw copyException(error, what);
  }
}

/** Destroys an end of a copy that failed, where it is a stream; anything else is left as it is. */
export function destroyStream(end: unknown): void {
  try {
    const stream = typeof end === "string" ? end : end instanceof Readable ? end : checkDestination(end, "");
    if (typeof stream !== "string") stream.destroy();
  } catch {
    // No stream, which is what the copy was refused for.
  }
}

/** @throws FileStructureException neither a path nor a stream of Node. */
function checkSource(source: unknown, what: string): string | Readable {
  if (typeof source === "string") return source;
  if (readArgument(what, () => source instanceof Readable)) return source as Readable; // by the line itself
  throw new FileStructureException(
    `${what}: the source must be a path or a Node stream; Readable.fromWeb makes one of a web stream`,
  );
}

/** @throws FileStructureException neither a path nor a stream of Node. */
function checkDestination(dest: unknown, what: string): string | Writable {
  // By its methods, since the response of an HTTP server is not an instance of the class.
  const isWritable = readArgument(
    what,
    () =>
      typeof dest === "object" && dest !== null && ["write", "end", "destroy"].every((name) => name in dest),
  );
  if (typeof dest === "string" || isWritable) return dest as string | Writable; // by the methods that are used here
  throw new FileStructureException(
    `${what}: the destination must be a path or a Node stream; Writable.fromWeb makes one of a web stream`,
  );
}

/** A stream may fail with any value; one that is no error of the file system is a failure to read or write. */
function copyException(error: unknown, what: string): Error {
  const known = fileException(error, what);
  return known === error || /^E[A-Z0-9]+$/.test(systemErrorCode(error) ?? "")
    ? known
    : new FileStorageException(known.message, { cause: error });
}

function nameOf(end: string | NodeReadable | NodeWritable): string {
  return typeof end === "string" ? end : "a stream";
}

async function open(fs: FileSystem, source: string | Readable, what: string): Promise<Source> {
  if (typeof source !== "string") {
    // Reading it would give no bytes and no error.
    if (source.readableEnded || source.destroyed)
      throw new FileStructureException(`${what}: the stream has been read or destroyed before`);
    return source;
  }
  const stats = await pathStats(fs, source, { followLinks: true });
  if (stats === undefined) throw new FileStructureException(`${what}: no such file`);
  if (stats.kind !== "file")
    throw new FileStructureException(`${what}: the source is a ${stats.kind}, not a file`);
  return { path: source, stats };
}

async function copy(
  fs: FileSystem,
  source: Source,
  dest: string | Writable,
  options: Omit<CopyOptions, "destPostfix">,
  call: LongCall,
): Promise<void> {
  const { what } = call;
  const bufferBytes = options.bufferSize ?? DEFAULT_BUFFER_BYTES;
  const input = source instanceof Readable ? source : fileChunks(fs, source.path, bufferBytes);
  if (!(source instanceof Readable)) call.total = source.stats.size;
  async function* counted(chunks: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      const bytes = bytesOf(chunk, what);
      yield bytes;
      call.advance(bytes.length);
    }
  }
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  if (typeof dest !== "string") return streams.pipeline(input, counted, dest, signal);

  const old = await pathStats(fs, dest, { followLinks: true });
  if (old !== undefined && old.kind !== "file")
    throw new FileStructureException(
      `${what}: the destination is a ${old.kind}${old.kind === "folder" ? "; name the file in it with destPostfix" : ""}`,
    );
  // Another name of the same file: a link, or another case on a disk that folds case.
  if (!(source instanceof Readable) && old !== undefined && isSameFile(source.stats, old))
    throw new FileStructureException(`${what}: they are the same file`);
  await createFolder(fs, parentOf(dest));
  const mode = source instanceof Readable ? undefined : source.stats.mode;
  await replaceFileWith(
    fs,
    dest,
    (handle) => streams.pipeline(input, counted, fileWriter(handle, bufferBytes), signal),
    old !== undefined ? { keptMode: old.mode } : mode === undefined ? {} : { mode },
  );
}

/** Windows's inodes exceed the precision of a number, so other fields are compared too. */
function isSameFile(one: PathStats, other: PathStats): boolean {
  return (["ino", "dev", "size", "mtimeMs"] as const).every((key) => one[key] === other[key]);
}

async function* fileChunks(fs: FileSystem, path: string, bytes: number): AsyncGenerator<Uint8Array> {
  const handle = await fs.promises.open(systemPath(path), "r");
  try {
    for (let position = 0; ; ) {
      // A new one each time: the receiver of a chunk may keep it.
      const buffer = new Uint8Array(bytes);
      const { bytesRead } = await handle.read(buffer, 0, bytes, position);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      position += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

function fileWriter(handle: FileHandle, highWaterMark: number): Writable {
  let position = 0;
  return new Writable({
    highWaterMark,
    write(chunk: Uint8Array, _encoding, done) {
      const at = position;
      position += chunk.length;
      writeAll(handle, chunk, at).then(() => done(), done);
    },
  });
}

function bytesOf(chunk: unknown, what: string): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === "string") return new TextEncoder().encode(chunk);
  throw new FileStructureException(
    `${what}: the stream gives ${typeof chunk} where bytes or text are needed`,
  );
}
