import { FileStructureException } from "@tvb-storage/errors";
import { type FileSystem, fileException, folderEntries, type PathStats, pathStats } from "@tvb-storage/files";
import { isWithin, joinPath, realPath } from "@tvb-storage/files/internal";
import { WorkAhead } from "./work-ahead.js";

/** A file that goes into an archive. */
export interface SourceFile {
  readonly path: string;
  /** Its name in the archive. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly mode: number;
  readonly mtimeMs: number;
  readonly ino: number;
}

export interface ListingOptions {
  /** Names of files and folders that are left out, at any depth. */
  readonly exclude: ReadonlySet<string>;
  /** Prefix of every name in the archive: empty, or ending with `/`. */
  readonly prefix: string;
  /** True: sorted by whole name, for a deterministic archive. False: as the original, a folder's files before its folders. */
  readonly sorted: boolean;
  /** Whether the file at this real path is the archive that is being written. */
  isArchive(realPath: string): boolean;
}

/** Number of simultaneous stats. */
const STATS_AHEAD = 16;

function sourceFile(path: string, name: string, { size, mode, mtimeMs, ino }: PathStats): SourceFile {
  return { path, name, size, mode: mode & 0o777, mtimeMs, ino };
}

/**
 * One file as it goes into an archive; a link is followed.
 *
 * @throws FileStructureException nothing is there, or it is no file.
 */
export async function listFile(fs: FileSystem, path: string, name: string): Promise<SourceFile> {
  const stats = await pathStats(fs, path, { followLinks: true });
  if (stats === undefined) throw new FileStructureException(`cannot archive ${path}: no such file`);
  if (stats.kind !== "file") {
    const hint = stats.kind === "folder" ? "; for a folder use writeZipFolder" : "";
    throw new FileStructureException(`cannot archive ${path}: expected a file, found a ${stats.kind}${hint}`);
  }
  return sourceFile(path, name, stats);
}

/**
 * The files of a folder at any depth. Empty folders are not in the
 * result. A link to a file within the folder counts as that file;
 * folders behind links are not entered.
 *
 * @throws FileStructureException not a folder; a link that leads elsewhere or to
 * nothing; something that is neither file nor folder.
 */
export async function listFolder(
  fs: FileSystem,
  folder: string,
  options: ListingOptions,
): Promise<SourceFile[]> {
  const stats = await pathStats(fs, folder, { followLinks: true });
  if (stats?.kind !== "folder") {
    const found = stats === undefined ? "nothing" : `a ${stats.kind}`;
    throw new FileStructureException(`cannot archive ${folder}: expected a folder, found ${found}`);
  }
  const root = await realPath(fs, folder);
  const found: { readonly path: string; readonly name: string }[] = [];

  async function enter(path: string, below: string): Promise<void> {
    const all = await folderEntries(fs, path).catch((error: unknown) => {
      throw fileException(error, `cannot archive the folder ${path}`);
    });
    const entries = all.filter(({ name }) => !options.exclude.has(name));
    for (const { name, kind } of entries)
      if (kind !== "folder") found.push({ path: joinPath(path, name), name: below + name });
    for (const { name, kind } of entries)
      if (kind === "folder") await enter(joinPath(path, name), `${below}${name}/`);
  }

  await enter(root, options.prefix);
  if (options.sorted) found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const files: (SourceFile | undefined)[] = [];
  const ahead = new WorkAhead({ jobs: STATS_AHEAD, bytes: Number.POSITIVE_INFINITY });
  try {
    for (const [index, { path, name }] of found.entries())
      await ahead.start(0, async () => {
        const stats = await lookUp(fs, path, root, options.isArchive);
        files[index] = stats && sourceFile(path, name, stats);
      });
  } finally {
    await ahead.finish();
  }
  return files.filter((file) => file !== undefined);
}

/** The stats of a file in the folder `root`; undefined for the archive itself. */
async function lookUp(
  fs: FileSystem,
  path: string,
  root: string,
  isArchive: (realPath: string) => boolean,
): Promise<PathStats | undefined> {
  try {
    if (isArchive(path)) return undefined;
    const stats = await pathStats(fs, path);
    if (stats === undefined) throw new FileStructureException(`cannot archive ${path}: it vanished`);
    if (stats.kind === "file") return stats;
    if (stats.kind !== "link")
      throw new FileStructureException(
        `cannot archive ${path}: it is neither a file nor a folder; remove it, or leave it out (\`exclude\` of writeZipFolder)`,
      );
    const target = await pathStats(fs, path, { followLinks: true });
    const real = target === undefined ? "nothing" : await realPath(fs, path);
    const inside = isWithin(root, real);
    if (target?.kind !== "file" || !inside)
      throw new FileStructureException(
        `cannot archive the link ${path}: expected a file within the folder behind it, found ${real}; put the file itself there, or leave it out (\`exclude\` of writeZipFolder)`,
      );
    return isArchive(real) ? undefined : target;
  } catch (error) {
    throw fileException(error, `cannot archive ${path}`);
  }
}
