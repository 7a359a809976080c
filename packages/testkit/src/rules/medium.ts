import type { StorageManager } from "@tvb-storage/core";
import { type FileSystem, folderEntries, pathStats } from "@tvb-storage/files";
import { joinPath, parentOf, readAll, writeAll } from "@tvb-storage/files/internal";
import { faultyFs } from "../faults/faulty-fs.js";
import type { KitStore, RemoteHooks } from "./kit-store.js";
import type { Place } from "./places.js";

/** What a backend stores in, from below: files in a folder, or the objects of a remote store. */
export interface Medium {
  /** All that is stored, of whatever file of the backend, by names. */
  stored(): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Stores other bytes under such a name; removes it where they are undefined. */
  put(name: string, content: Uint8Array | undefined): Promise<void>;
  /** Stores what is not the backend's where it keeps the file at `path`. */
  putForeign(path: string, content: Uint8Array): Promise<void>;
  /** Runs `work` with a manager that is denied everything, as without permission. */
  whileDenied<T>(path: string, work: (m: StorageManager) => Promise<T>): Promise<T>;
}

/** The files in the folder of a place. `openOn` opens a manager on another file system. */
export function fileMedium(
  { fs, folder }: Place,
  openOn: (fs: FileSystem, path: string) => Promise<StorageManager>,
): Medium {
  const putForeign = (path: string, content: Uint8Array): Promise<void> => writeFile(fs, path, content);
  return {
    stored: async () => {
      const files = new Map<string, Uint8Array>();
      await readFiles(fs, folder, files);
      return files;
    },
    put: async (name, content) => {
      if (content === undefined) return fs.promises.unlink(name);
      await fs.promises.mkdir(parentOf(name), { recursive: true });
      await writeFile(fs, name, content);
    },
    putForeign,
    whileDenied: async (path, work) => {
      const calls = ["open", "readFile", "writeFile", "readdir", "opendir", "copyFile"];
      const denied = faultyFs(fs, { calls, at: 1, times: Number.POSITIVE_INFINITY, errno: "EACCES" });
      return work(await openOn(denied, path));
    },
  };
}

export function remoteMedium(store: Pick<KitStore, "open">, remote: RemoteHooks): Medium {
  return {
    // Copies: the store may give out what it goes on with.
    stored: async () => {
      const objects = await remote.objects();
      return new Map([...objects].map(([name, content]) => [name, content.slice()]));
    },
    put: async (name, content) => remote.putObject(name, content),
    putForeign: async (path, content) => remote.putForeign(path, content),
    whileDenied: async (path, work) => {
      remote.onRequest(() => "denied");
      try {
        return await work(store.open(path, {}));
      } finally {
        remote.onRequest(undefined);
      }
    },
  };
}

async function readFiles(fs: FileSystem, folder: string, files: Map<string, Uint8Array>): Promise<void> {
  for (const { name, kind } of await folderEntries(fs, folder)) {
    const path = joinPath(folder, name);
    if (kind === "folder") await readFiles(fs, path, files);
    else files.set(path, await readFile(fs, path));
  }
}

async function readFile(fs: FileSystem, path: string): Promise<Uint8Array> {
  const content = new Uint8Array((await pathStats(fs, path))?.size ?? 0);
  const handle = await fs.promises.open(path, "r");
  try {
    await readAll(handle, content, 0);
    return content;
  } finally {
    await handle.close();
  }
}

async function writeFile(fs: FileSystem, path: string, content: Uint8Array): Promise<void> {
  const handle = await fs.promises.open(path, "w");
  try {
    await writeAll(handle, content, 0);
  } finally {
    await handle.close();
  }
}
