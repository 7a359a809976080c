import { ownProperties } from "./check-call-options.js";
import type { FileSystem } from "./file-system.js";
import { systemErrorCode } from "./system-error.js";
import { systemPath } from "./system-path.js";
import { decodeText } from "./text.js";

type PathKind = "file" | "folder" | "link" | "other";

/** Kind, size and times of a path. */
export interface PathStats {
  readonly kind: PathKind;
  /** Bytes. */
  readonly size: number;
  /** Permission bits, without those of the file's type. */
  readonly mode: number;
  readonly mtimeMs: number;
  readonly dev: number;
  readonly ino: number;
}

interface Kinds {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

function kindOf(entry: Kinds): PathKind {
  if (entry.isSymbolicLink()) return "link";
  if (entry.isDirectory()) return "folder";
  return entry.isFile() ? "file" : "other";
}

/**
 * Stats of a path, or undefined where nothing is there. A link is reported as a
 * link unless `followLinks`. Other failures (no permission) are thrown.
 */
export async function pathStats(
  fs: FileSystem,
  path: string,
  options: { followLinks?: boolean } = {},
): Promise<PathStats | undefined> {
  try {
    const at = systemPath(path);
    const stats = options.followLinks === true ? await fs.promises.stat(at) : await fs.promises.lstat(at);
    return {
      kind: kindOf(stats),
      size: Number(stats.size),
      mode: Number(stats.mode) & 0o7777,
      mtimeMs: Number(stats.mtimeMs),
      dev: Number(stats.dev),
      ino: Number(stats.ino),
    };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/**
 * One entry of a folder; `name` is without its path. Bytes that are not UTF-8 are escaped in it as `decodeText` does,
 * and `systemPath` makes a path of them again.
 */
export interface FolderEntry {
  readonly name: string;
  readonly kind: PathKind;
}

/** Node decodes bytes that are not UTF-8 to this. */
const REPLACEMENT = "\ufffd";

function isDirent(value: unknown): value is Kinds & { readonly name: unknown } {
  return typeof value === "object" && value !== null && "name" in value && "isDirectory" in value;
}

/**
 * A path with its links resolved; bytes that are not UTF-8 are escaped in it as in the names of `folderEntries`.
 * Throws what the file system throws.
 */
export async function realPath(fs: FileSystem, path: string): Promise<string> {
  const at = systemPath(path);
  const real = textOf(await fs.promises.realpath(at));
  if (!real.includes(REPLACEMENT)) return real;
  return textOf(await fs.promises.realpath(at, ownProperties({ encoding: "buffer" } as const)));
}

function textOf(name: unknown): string {
  return name instanceof Uint8Array ? decodeText(name) : String(name);
}

/** The entries of a folder, sorted by name in code-unit order. Throws what the file system throws. */
export async function folderEntries(fs: FileSystem, path: string): Promise<FolderEntry[]> {
  const at = systemPath(path);
  // Node also copies the enumerable properties of the prototype.
  const options = ownProperties({ withFileTypes: true } as const);
  let entries = namedEntries(path, await fs.promises.readdir(at, options));
  if (entries.some(({ name }) => name.includes(REPLACEMENT)))
    entries = namedEntries(
      path,
      await fs.promises.readdir(at, ownProperties({ ...options, encoding: "buffer" } as const)),
    );
  return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function namedEntries(path: string, entries: readonly unknown[]): FolderEntry[] {
  return entries.map((entry) => {
    if (!isDirent(entry)) throw new TypeError(`readdir of ${path} did not give Dirent objects`);
    return { name: textOf(entry.name), kind: kindOf(entry) };
  });
}
