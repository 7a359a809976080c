import type { ProjectStructure } from "@tvb-storage/core";
import { type FileSystem, pathStats } from "@tvb-storage/files";
import { parentOf } from "@tvb-storage/files/internal";
import type { Place, RulePlace } from "./places.js";

/** The options of a layout. */
export interface ProjectStructureOptions {
  readonly storageRoot: string;
  readonly fs: FileSystem;
  /** Which project folders are being synchronised now. */
  readonly isSyncing: (projectFolder: string) => boolean;
}

/** Makes the layout under test. */
export type ProjectStructureFactory = (options: ProjectStructureOptions) => ProjectStructure;

/** The context of a rule about `ProjectStructure`: an empty folder, and a layout whose root is in it. */
export interface ProjectContext {
  readonly fs: FileSystem;
  /** Exists, and contains only `root`. */
  readonly folder: string;
  /** The storage root; does not exist yet. */
  readonly root: string;
  readonly projects: ProjectStructure;
  /** The same layout on another file system, such as a faulty one, or while something is synchronised. */
  make(change: Partial<ProjectStructureOptions>): ProjectStructure;
  /** Another empty folder of this kind; the caller removes it. */
  another(): RulePlace;
  /** Writes a file with its folders. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** The text of a file; undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  exists(path: string): Promise<boolean>;
  /** The relative paths of all files beneath a path, sorted. */
  files(path: string): Promise<string[]>;
}

export function projectContext(
  factory: ProjectStructureFactory,
  { fs, folder }: Place,
  another: () => RulePlace,
): ProjectContext {
  const options: ProjectStructureOptions = { storageRoot: `${folder}/storage`, fs, isSyncing: () => false };
  return {
    ...fileTools(fs),
    folder,
    root: options.storageRoot,
    projects: factory(options),
    another,
    make: (change) => factory({ ...options, ...change }),
  };
}

/** What rules themselves do with files, on any file system. */
export function fileTools(
  fs: FileSystem,
): Pick<ProjectContext, "fs" | "write" | "read" | "exists" | "files"> {
  const exists = async (path: string): Promise<boolean> => (await pathStats(fs, path)) !== undefined;
  const files = async (path: string): Promise<string[]> => {
    const found: string[] = [];
    for (const entry of await fs.promises.readdir(path, { withFileTypes: true })) {
      const { name } = entry as { name: unknown }; // Dirent's shape
      const at = `${path}/${String(name)}`;
      if ((await pathStats(fs, at))?.kind !== "folder") found.push(String(name));
      else found.push(...(await files(at)).map((below) => `${String(name)}/${below}`));
    }
    return found.sort();
  };
  return {
    fs,
    exists,
    files,
    write: async (path, content) => {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await fs.promises.mkdir(parentOf(path), { recursive: true });
      const handle = await fs.promises.open(path, "w");
      if (bytes.length > 0) await handle.write(bytes, 0, bytes.length, 0);
      await handle.close();
    },
    read: async (path) => {
      const stats = await pathStats(fs, path);
      if (stats === undefined) return undefined;
      const content = new Uint8Array(stats.size);
      const handle = await fs.promises.open(path, "r");
      if (content.length > 0) await handle.read(content, 0, content.length, 0);
      await handle.close();
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(content);
    },
  };
}
