import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import type { FileSystem } from "@tvb-storage/files";
import { createMemoryFs, type MemoryFileSystem } from "../memory-fs.js";

/** Where rules run: a new volume of memfs, or a temporary folder on the disk. */
export type PlaceName = "memfs" | "disk";

export const PLACE_NAMES: readonly PlaceName[] = ["memfs", "disk"];

/** A file system and a folder on it. */
export interface Place {
  readonly fs: FileSystem;
  readonly folder: string;
}

/** A place that the kit made for one rule: its folder is empty at first, and nothing else uses it. */
export interface RulePlace extends Place {
  /** A copy of the folder as it is now, at another path, on the disk or in another volume. */
  copy(): RulePlace;
  remove(): void;
}

export function makePlace(name: PlaceName): RulePlace {
  return name === "memfs" ? memoryPlace("/kit") : diskPlace();
}

function memoryPlace(folder: string): RulePlace {
  const fs = createMemoryFs();
  fs.mkdirSync(folder);
  return {
    fs,
    folder,
    copy: () => {
      const place = memoryPlace(`${folder}-copy`);
      copyFolder(fs, folder, place.fs as MemoryFileSystem, place.folder); // made by this function
      return place;
    },
    remove: () => undefined,
  };
}

function copyFolder(from: MemoryFileSystem, source: string, to: MemoryFileSystem, target: string): void {
  to.mkdirSync(target, { recursive: true });
  for (const name of from.readdirSync(source) as string[]) {
    // without options, names are texts
    const [old, copied] = [`${source}/${name}`, `${target}/${name}`];
    if (from.statSync(old).isDirectory()) copyFolder(from, old, to, copied);
    else to.writeFileSync(copied, from.readFileSync(old));
  }
}

function diskPlace(): RulePlace {
  // With a link in the path (as on macOS) every file would have two paths.
  const folder = nodeFs.mkdtempSync(`${nodeFs.realpathSync(tmpdir()).replaceAll("\\", "/")}/tvb-testkit-`);
  return {
    fs: nodeFs,
    folder,
    copy: () => {
      const place = diskPlace();
      nodeFs.cpSync(folder, place.folder, { recursive: true });
      return place;
    },
    remove: () => nodeFs.rmSync(folder, { recursive: true, force: true }),
  };
}
