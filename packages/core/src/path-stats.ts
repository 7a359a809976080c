import type { FileSystem } from "./file-system.js";
import { systemErrorCode } from "./system-error.js";

export type PathKind = "file" | "folder" | "link" | "other";

/** What a file system tells of a path. */
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
 * Stats of a path, or undefined where nothing is there. A link is told as a
 * link unless `followLinks`. Other failures (no permission) are thrown.
 */
export async function pathStats(
  fs: FileSystem,
  path: string,
  options: { followLinks?: boolean } = {},
): Promise<PathStats | undefined> {
  try {
    const stats = options.followLinks === true ? await fs.promises.stat(path) : await fs.promises.lstat(path);
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

/** One entry of a folder; `name` is without its path. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: PathKind;
}

function isDirent(value: unknown): value is Kinds & { readonly name: unknown } {
  return typeof value === "object" && value !== null && "name" in value && "isDirectory" in value;
}

/** The entries of a folder, sorted by name in code-unit order. Throws what the file system throws. */
export async function folderEntries(fs: FileSystem, path: string): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = [];
  for (const entry of await fs.promises.readdir(path, { withFileTypes: true })) {
    if (!isDirent(entry)) throw new TypeError(`readdir of ${path} did not give Dirent objects`);
    entries.push({ name: String(entry.name), kind: kindOf(entry) });
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
