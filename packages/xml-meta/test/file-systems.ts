import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import type { FileSystem } from "@tvb-storage/files";
import { createFsFromVolume, Volume } from "memfs";

type NodeFs = typeof nodeFs;

/** A file system that tests may also use directly, and a fresh folder on it. */
export interface TestDisk {
  readonly fs: FileSystem &
    Pick<NodeFs, "readFileSync" | "writeFileSync" | "mkdirSync" | "readdirSync" | "symlinkSync">;
  readonly folder: string;
  remove(): void;
}

export const fileSystems: readonly (readonly [name: string, open: () => TestDisk])[] = [
  [
    "on disk",
    () => {
      const folder = nodeFs.mkdtempSync(`${nodeFs.realpathSync(tmpdir())}/xml-meta-`);
      return { fs: nodeFs, folder, remove: () => nodeFs.rmSync(folder, { recursive: true, force: true }) };
    },
  ],
  [
    "on memfs",
    () => {
      const memory = createFsFromVolume(new Volume());
      memory.mkdirSync("/work");
      // memfs has these functions of node:fs, typed by its own types.
      return { fs: memory as unknown as TestDisk["fs"], folder: "/work", remove: () => undefined };
    },
  ],
];
