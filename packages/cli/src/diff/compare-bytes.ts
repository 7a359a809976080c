import {
  defaultFileSystem,
  type FileHandle,
  type FileSystem,
  fileException,
  pathStats,
  throwIfAborted,
} from "@tvb-storage/files";
import { readAll } from "@tvb-storage/files/internal";

const BLOCK_BYTES = 1 << 20;

/** Sizes of two files, and the first byte that differs. */
export interface DifferentBytes {
  readonly a: number;
  readonly b: number;
  readonly at: number;
}

/**
 * Compares two files by their bytes; undefined where they are the same.
 *
 * @throws FileStructureException one of them is missing, or may not be read.
 * @throws FileStorageException the disk failed, or cancelled.
 */
export async function compareBytes(
  [a, b]: readonly [string, string],
  signal: AbortSignal,
): Promise<DifferentBytes | undefined> {
  const fs = defaultFileSystem();
  const [sizeA, sizeB] = [await sizeOf(fs, a), await sizeOf(fs, b)];
  const at = await withHandle(fs, a, (left) =>
    withHandle(fs, b, (right) => firstOf(left, right, () => throwIfAborted(signal, `comparing ${a}`))),
  );
  return at === undefined ? undefined : { a: sizeA, b: sizeB, at };
}

async function withHandle<T>(
  fs: FileSystem,
  path: string,
  work: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  try {
    const handle = await fs.promises.open(path, "r");
    try {
      return await work(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileException(error, `cannot read ${path}`);
  }
}

async function sizeOf(fs: FileSystem, path: string): Promise<number> {
  const stats = await pathStats(fs, path).catch((error: unknown) => {
    throw fileException(error, `cannot read ${path}`);
  });
  return stats?.size ?? 0;
}

/** The first byte that differs, from 0; undefined where none does. `beforeBlock` may throw. */
async function firstOf(
  left: FileHandle,
  right: FileHandle,
  beforeBlock: () => void,
): Promise<number | undefined> {
  const [x, y] = [Buffer.alloc(BLOCK_BYTES), Buffer.alloc(BLOCK_BYTES)];
  for (let position = 0; ; position += BLOCK_BYTES) {
    beforeBlock();
    const [m, n] = await Promise.all([readAll(left, x, position), readAll(right, y, position)]);
    const different = firstDifference(x.subarray(0, m), y.subarray(0, n));
    if (different !== undefined) return position + different;
    if (m < BLOCK_BYTES) return undefined;
  }
}

function firstDifference(x: Buffer, y: Buffer): number | undefined {
  if (x.equals(y)) return undefined;
  const shorter = Math.min(x.length, y.length);
  for (let at = 0; at < shorter; at++) if (x[at] !== y[at]) return at;
  return shorter;
}
