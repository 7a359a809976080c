import type { BackendOptions, StorageBackend, StorageManager } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import {
  defaultFileSystem,
  type FileSystem,
  fileException,
  type LongOptions,
  pathStats,
  resolvePath,
  withFilesReleased,
} from "@tvb-storage/files";
import { LongCall, parentOf, partialPathOf, syncDirectory, writeAll } from "@tvb-storage/files/internal";
import { longOptionsOf } from "../long-options.js";
import { syncFile } from "../sync-file.js";

const BLOCK_BYTES = 1024 * 1024;

/** `StorageBackend.changeCopy` for backends that store one file for each path, and have no lock between processes. */
export async function changeCopyByBytes(
  backend: StorageBackend,
  path: string,
  options: LongOptions & { readonly fs?: FileSystem },
  change: (copy: StorageManager) => Promise<boolean>,
): Promise<boolean> {
  const fs = options.fs ?? defaultFileSystem();
  const call = new LongCall(`changing a copy of ${path}`, longOptionsOf(options));
  return withFilesReleased(fs, path, async () => {
    // A link stays, and leads to the changed file.
    const real = resolvePath(fs, path);
    const partial = partialPathOf(real);
    try {
      // Left by a process that died.
      await fs.promises.unlink(partial).catch(() => undefined);
      await copyFile(fs, real, partial, call);
      const opening: BackendOptions & { fs?: FileSystem } = options.fs === undefined ? {} : { fs };
      const copy = backend.open(partial, opening);
      const isChanged = await change(copy).finally(() => copy.closeFile());
      call.check();
      if (!isChanged) {
        await fs.promises.unlink(partial);
        return false;
      }
      await syncFile(fs, partial);
      await fs.promises.rename(partial, real);
      await syncDirectory(fs, parentOf(real));
      return true;
    } catch (error) {
      // The error that led here says more.
      await fs.promises.unlink(partial).catch(() => undefined);
      throw fileException(error, `${path} could not be changed`);
    }
  });
}

async function copyFile(fs: FileSystem, from: string, to: string, call: LongCall): Promise<void> {
  const stats = await pathStats(fs, from, { followLinks: true });
  if (stats?.kind !== "file")
    throw new FileStructureException(`expected a file at ${from}, found ${stats?.kind ?? "nothing"}`);
  call.total = stats.size;
  const source = await fs.promises.open(from, "r");
  try {
    const target = await fs.promises.open(to, "wx", stats.mode);
    try {
      const buffer = new Uint8Array(BLOCK_BYTES);
      for (let at = 0; ; ) {
        call.check();
        const { bytesRead } = await source.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) break;
        await writeAll(target, buffer.subarray(0, bytesRead), at);
        at += bytesRead;
        call.advanceTo(at);
      }
    } finally {
      await target.close();
    }
    await fs.promises.chmod(to, stats.mode);
  } finally {
    await source.close();
  }
}
