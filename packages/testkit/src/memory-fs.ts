import { parentOf } from "@tvb-storage/files/internal";
import { createFsFromVolume, type IFs, Volume } from "memfs";

/** A file system in memory of node:fs's shape: core's `FileSystem` and everything else that memfs offers. */
export type MemoryFileSystem = IFs;

/**
 * A fresh, empty file system in memory. Two of them share nothing. `files` are
 * written at once, by absolute path, with the folders they need.
 */
export function createMemoryFs(files: Readonly<Record<string, string | Uint8Array>> = {}): MemoryFileSystem {
  const fs = createFsFromVolume(new Volume());
  for (const [path, content] of Object.entries(files)) {
    fs.mkdirSync(parentOf(path), { recursive: true });
    fs.writeFileSync(path, content);
  }
  return fs;
}
