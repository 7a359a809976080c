import { FileStorageException, IncompatibleFileManagerException, isTVBException } from "@tvb-storage/errors";
import { type AsyncFileBytes, type FileSystem, pathStats } from "@tvb-storage/files";
import { readAll } from "@tvb-storage/files/internal";
import type { ReadableStore } from "./object-store.js";
import { ZipStore } from "./zip-store.js";

/**
 * The entries of an archive that is opened by the first request. `open` gives its bytes; undefined where there is none, which
 * is an empty store.
 */
export function archiveStore(
  label: string,
  open: () => Promise<AsyncFileBytes | undefined>,
): Required<Pick<ReadableStore, "label" | "hasFolders" | "get" | "getRange" | "list">> {
  const entries = async (): Promise<ZipStore | undefined> => {
    const file = await open();
    if (file === undefined) return undefined;
    try {
      return await ZipStore.open(file, "the file");
    } catch (error) {
      if (!isTVBException(error, "FILE_STRUCTURE")) throw error;
      throw new IncompatibleFileManagerException(error.message, { cause: error });
    }
  };
  let opened: ReturnType<typeof entries> | undefined;
  const store = (): ReturnType<typeof entries> => {
    // What is missing, or failed, may be there at the next call.
    opened ??= entries();
    const opening = opened;
    const forget = (): void => {
      if (opened === opening) opened = undefined;
    };
    opening.then((found) => found ?? forget(), forget);
    return opening;
  };
  return {
    label,
    hasFolders: true,
    get: async (key) => (await store())?.get(key),
    getRange: async (key, range) => (await store())?.getRange(key, range),
    list: async (prefix) => (await store())?.list(prefix) ?? [],
  };
}

/**
 * A file as its bytes, which is open only while it is read; undefined where there is none.
 *
 * @throws IncompatibleFileManagerException it is a folder.
 */
export async function diskFile(fs: FileSystem, path: string): Promise<AsyncFileBytes | undefined> {
  const stats = await pathStats(fs, path, { followLinks: true });
  if (stats === undefined) return undefined;
  if (stats.kind !== "file")
    throw new IncompatibleFileManagerException(`it is a ${stats.kind}, not a ZIP archive`);
  const { size } = stats;
  return {
    size,
    async read(target, position) {
      const handle = await fs.promises.open(path, "r");
      try {
        const now = await handle.stat?.();
        if (now !== undefined && Number(now.size) !== size)
          throw new FileStorageException("it was changed while it was read; open it again");
        return await readAll(handle, target, position);
      } finally {
        await handle.close();
      }
    },
  };
}
