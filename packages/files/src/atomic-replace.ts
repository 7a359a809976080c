import { baseName } from "./file-path.js";
import type { FileHandle, FileSystem } from "./file-system.js";
import { writeAll } from "./read-write.js";
import { systemPath } from "./system-path.js";

export interface ReplaceOptions {
  /** Mode of a new file, less the process's umask; default 0o644. */
  mode?: number;
  /** The mode of the file in any case, whatever the umask; default: that of the file that is replaced. */
  keptMode?: number;
  /** Waits until the content is on the medium before the name changes; default true. */
  sync?: boolean;
}

/** Part of a name is enough to recognize it; all of it could exceed the 255 bytes that a name may have. */
function shortName(name: string): string {
  return [...name].slice(0, 32).join("");
}

/** A path beside `path` that no other call, thread or process uses; `unique` makes it differ from theirs. */
export function temporaryName(path: string, unique = crypto.randomUUID().slice(0, 13)): string {
  const name = baseName(path);
  return `${path.slice(0, path.length - name.length)}.${shortName(name)}.${unique}.tmp`;
}

/** Whether `name` may be a `temporaryName` of a file called `of`, both without their folders. */
export function isTemporaryName(name: string, of: string): boolean {
  return name.startsWith(`.${shortName(of)}.`) && name.endsWith(".tmp");
}

/**
 * Creates or replaces a file in one step: `write` fills a temporary file beside
 * it, which is then renamed to `path`. A reader sees the old content or
 * the new, never a part; when `write` or anything else fails, `path` is as it
 * was and the temporary file is gone.
 *
 * Throws what `write` or the file system throws.
 */
export async function replaceFileWith<T>(
  fs: FileSystem,
  path: string,
  write: (handle: FileHandle) => Promise<T>,
  options: ReplaceOptions = {},
): Promise<T> {
  const temporary = systemPath(temporaryName(path));
  const keptMode = options.keptMode ?? (await modeOf(fs, path));
  try {
    const handle = await fs.promises.open(temporary, "wx+", keptMode ?? options.mode ?? 0o644);
    let result: T;
    try {
      result = await write(handle);
      if (options.sync ?? true) await handle.datasync();
    } catch (error) {
      await handle.close().catch(() => undefined);
      throw error;
    }
    await handle.close();
    // The process's umask may have cleared bits.
    if (keptMode !== undefined) await fs.promises.chmod(temporary, keptMode);
    await fs.promises.rename(temporary, systemPath(path));
    return result;
  } catch (error) {
    // The first error is the one to report; a temporary file that cannot be removed does not matter.
    await fs.promises.unlink(temporary).catch(() => undefined);
    throw error;
  }
}

/** The permission bits of a file, so that who may read it stays as it is; undefined if there is no file. */
async function modeOf(fs: FileSystem, path: string): Promise<number | undefined> {
  try {
    const stats = await fs.promises.stat(systemPath(path));
    return stats.isFile() ? Number(stats.mode) & 0o7777 : undefined;
  } catch {
    // What is wrong with the path is reported by the calls that follow.
    return undefined;
  }
}

/** `replaceFileWith` for content that is in memory. Text is written as UTF-8. */
export async function replaceFile(
  fs: FileSystem,
  path: string,
  content: string | Uint8Array,
  options?: ReplaceOptions,
): Promise<void> {
  const data = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await replaceFileWith(fs, path, (handle) => writeAll(handle, data, 0), options);
}
