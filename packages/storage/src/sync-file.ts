import type { FileSystem } from "@tvb-storage/files";

/** Waits until what was written to a file is on the medium. Throws what the file system throws. */
export async function syncFile(fs: FileSystem, path: string): Promise<void> {
  const handle = await fs.promises.open(path, "r+");
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
