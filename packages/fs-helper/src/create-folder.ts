import { FileStructureException } from "@tvb-storage/errors";
import { type FileSystem, fileException, pathStats, systemErrorCode } from "@tvb-storage/files";
import { systemPath } from "@tvb-storage/files/internal";

/** Mode of new folders, less the process's umask. */
const FOLDER_MODE = 0o744;

/** Other programs may remove folders while they are created; after so many tries it is an error. */
const ATTEMPTS = 10;

/**
 * Makes a folder with its parents, unless it exists. Any number of callers, in
 * this process or others, may do so at the same time.
 *
 * @throws FileStructureException something else is there, or in the place of a parent, or no permission.
 * @throws FileStorageException the disk is full or broken.
 */
export async function createFolder(fs: FileSystem, path: string): Promise<void> {
  const what = `cannot create the folder ${path}`;
  for (let attempt = 1; ; attempt++) {
    let failure: unknown;
    try {
      await fs.promises.mkdir(systemPath(path), { recursive: true, mode: FOLDER_MODE });
    } catch (error) {
      failure = error;
    }
    const found = await pathStats(fs, path, { followLinks: true }).catch(() => undefined);
    if (found?.kind === "folder") return;
    // memfs does not fail where the path is a file.
    if (found !== undefined)
      throw new FileStructureException(`${what}: a ${found.kind} is there`, { cause: failure });
    // Another program created or removed a parent, or removed the folder, at the same time.
    const passing = failure === undefined || ["ENOENT", "EEXIST"].includes(systemErrorCode(failure) ?? "");
    if (!passing || attempt === ATTEMPTS)
      throw fileException(failure ?? new Error("it is removed as soon as it is made"), what);
  }
}
