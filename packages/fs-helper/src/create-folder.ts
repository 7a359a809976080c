import { FileStructureException } from "@tvb-storage/errors";
import { type FileSystem, fileException, pathStats, systemErrorCode } from "@tvb-storage/files";
import { systemPath } from "@tvb-storage/files/internal";

/** Mode of the folders made here, less what the process's umask takes off. */
const FOLDER_MODE = 0o744;

/** Others may remove folders while we make them; after so many tries it is an error. */
const ATTEMPTS = 10;

/**
 * Makes a folder with its parents, unless it is there. Any number of callers, in
 * this process or others, may do so at once.
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
    // memfs does not mind a file in the folder's place.
    if (found !== undefined)
      throw new FileStructureException(`${what}: a ${found.kind} is there`, { cause: failure });
    // Somebody was making or removing a parent, or removed the folder, at the same moment.
    const passing = failure === undefined || ["ENOENT", "EEXIST"].includes(systemErrorCode(failure) ?? "");
    if (!passing || attempt === ATTEMPTS)
      throw fileException(failure ?? new Error("it is removed as soon as it is made"), what);
  }
}
