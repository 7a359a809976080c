import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import type { FileSystem } from "@tvb-storage/files";
import { createMemoryFs } from "../memory-fs.js";

/** Where rules run: a new volume of memfs, or a temporary folder on the disk. */
export type PlaceName = "memfs" | "disk";

export const PLACE_NAMES: readonly PlaceName[] = ["memfs", "disk"];

/** A file system and an empty folder on it. */
export interface Place {
  readonly fs: FileSystem;
  readonly folder: string;
  remove(): void;
}

export function makePlace(name: PlaceName): Place {
  if (name === "memfs") {
    const fs = createMemoryFs();
    fs.mkdirSync("/kit");
    return { fs, folder: "/kit", remove: () => undefined };
  }
  // With a link in the path (as on macOS) every file would have two paths.
  const folder = nodeFs.mkdtempSync(`${nodeFs.realpathSync(tmpdir()).replaceAll("\\", "/")}/tvb-testkit-`);
  return { fs: nodeFs, folder, remove: () => nodeFs.rmSync(folder, { recursive: true, force: true }) };
}
