import { parentOf } from "@tvb-storage/files/internal";
import { createFsFromVolume, type IFs, Volume } from "memfs";

/** A file system in memory with node:fs's interface: `FileSystem`, and everything else that memfs has. */
export type MemoryFileSystem = IFs;

/**
 * A new file system in memory, which shares nothing with others. `files`, by
 * absolute path, are written first, with their folders.
 */
export function createMemoryFs(files: Readonly<Record<string, string | Uint8Array>> = {}): MemoryFileSystem {
  const fs = createFsFromVolume(new Volume());
  for (const [path, content] of Object.entries(files)) {
    fs.mkdirSync(parentOf(path), { recursive: true });
    fs.writeFileSync(path, content);
  }
  return fs;
}
