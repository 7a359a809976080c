import type { BackendRegistry, ProjectStructure, StorageManager } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import { type FileSystem, type Logger, pathStats, withFilesReleased } from "@tvb-storage/files";
import { movePath, type ProjectPaths } from "@tvb-storage/fs-helper/internal";

/** What every part of the facade works on. */
export interface StorageContext {
  readonly fs: FileSystem;
  readonly files: ProjectStructure;
  readonly paths: ProjectPaths;
  readonly backends: BackendRegistry;
  readonly logger: Logger | undefined;
  readonly now: () => Date;
  /** The manager of a file, by the backend for its path. */
  manager(path: string): StorageManager;
}

/**
 * The folder of a project.
 *
 * @throws FileStructureException there is no such project; `what` begins the message.
 */
export async function existingProject(
  { fs, paths }: StorageContext,
  projectName: string,
  what: string,
): Promise<string> {
  const folder = paths.project(projectName);
  paths.checkInside(folder);
  const found = await pathStats(fs, folder, { followLinks: true });
  if (found?.kind === "folder") return folder;
  throw new FileStructureException(
    `${what}: expected a project's folder at ${folder}, found ${found === undefined ? "none" : `a ${found.kind}`}`,
  );
}

/**
 * Moves a file or folder to a path where nothing is, in one step. What this process has open at either is flushed and closed first.
 *
 * @throws FileStructureException something is there.
 */
export async function moveReleased(
  { fs, paths }: StorageContext,
  source: string,
  target: string,
): Promise<void> {
  await withFilesReleased(fs, [source, target], () =>
    movePath(fs, source, target, (path) => paths.hold(path)),
  );
}
