import { type FileSystem, fileException } from "@tvb-storage/files";
import type { LongCall } from "@tvb-storage/files/internal";
import { exactTimeField, isOfYazl } from "./exact-time.js";
import type { SourceFile } from "./folder-listing.js";
import { readSource, streamSource } from "./source-content.js";
import { WorkAhead } from "./work-ahead.js";
import type { ZipOptions } from "./zip-options.js";
import type { EntryOptions, ZipStream } from "./zip-stream.js";

/** Files up to this size are compressed in memory, several at a time; larger ones as streams, one at a time. */
const WHOLE_BYTES = 16 * 1024 * 1024;
/** Limits of reading ahead. Compressed and uncompressed bytes count. */
const AHEAD = { jobs: 16, bytes: 64 * 1024 * 1024 };
const STREAM_BYTES = 4 * 1024 * 1024;

/** The date of every entry of a deterministic archive, the first possible one; the same in every time zone. */
const FIXED_DATE = new Date(1980, 0, 1);

const REGULAR_FILE = 0o100000;

export interface Packing {
  readonly fs: FileSystem;
  readonly stream: ZipStream;
  readonly call: LongCall;
  readonly options: ZipOptions;
}

/**
 * Adds files to an archive, in order; several are read and compressed at the
 * same time. Empties `files`. When it rejects, the stream has failed.
 */
export async function packFiles(files: SourceFile[], packing: Packing): Promise<void> {
  const { stream, call } = packing;
  for (const file of files) call.total += file.size;
  // Taken from the end, so that finished ones are released.
  files.reverse();
  const ahead = new WorkAhead(AHEAD);
  try {
    // Entries are added in the order of `files`, not in the order in which they were read.
    let earlier: Promise<unknown> = Promise.resolve();
    for (let next = files.pop(); next !== undefined; next = files.pop()) {
      call.check();
      const file = next;
      const turn = earlier;
      let added: () => void = () => undefined;
      earlier = new Promise<void>((resolve) => {
        added = resolve;
      });
      const whole = file.size <= WHOLE_BYTES;
      const pack = whole ? packWhole : packStreamed;
      await ahead.start(whole ? 2 * file.size : STREAM_BYTES, () =>
        pack(file, packing, turn, added).finally(added),
      );
    }
    await ahead.finish();
  } catch (error) {
    stream.fail(error);
    await ahead.finish().catch(() => undefined);
    throw error;
  }
}

async function packWhole(
  file: SourceFile,
  { fs, stream, call, options }: Packing,
  turn: Promise<unknown>,
  added: () => void,
): Promise<void> {
  const data = await readSource(fs, file).catch((error: unknown) => {
    throw fileException(error, `cannot archive ${file.path}`);
  });
  await turn;
  call.check();
  const written = stream.addBuffer(data, file.name, entryOptions(file, options));
  added();
  await written;
  call.advance(file.size);
}

async function packStreamed(
  file: SourceFile,
  packing: Packing,
  turn: Promise<unknown>,
  added: () => void,
): Promise<void> {
  await turn;
  const content = () => countedBlocks(file, packing);
  const written = packing.stream.addStream(
    content,
    file.size,
    file.name,
    entryOptions(file, packing.options),
  );
  added();
  await written;
}

async function* countedBlocks(
  file: SourceFile,
  { fs, call }: Packing,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const block of streamSource(fs, file)) {
      call.check();
      yield block;
      call.advance(block.length);
    }
  } catch (error) {
    throw fileException(error, `cannot archive ${file.path}`);
  }
}

function entryOptions(file: SourceFile, { deterministic = false, level = 6 }: ZipOptions): EntryOptions {
  const mode = REGULAR_FILE | file.mode;
  if (deterministic) return { mtime: FIXED_DATE, mode, compressionLevel: level, forceDosTimestamp: true };
  // The nearest DOS time, from 1980 to 2107.
  const time = { mtime: new Date(file.mtimeMs), mode, compressionLevel: level };
  if (isOfYazl(file.mtimeMs)) return { ...time, forceDosTimestamp: false };
  return { ...time, forceDosTimestamp: true, extraField: exactTimeField(file.mtimeMs) };
}
