import { checkPath, type FileSystem } from "@tvb-storage/files";
import { type HeldFolder, holdFolder, joinPath } from "@tvb-storage/files/internal";
import { checkName } from "./safe-name.js";
import { checkStaysInside, refuseLeavingLink } from "./safe-path.js";

/** The paths of projects in a storage root. All paths that contain names are made here. */
export class ProjectPaths {
  readonly root: string;
  readonly #fs: FileSystem;
  readonly #projectsFolder: string;

  /** `root` is a storage root as `checkPath` gives it. */
  constructor(fs: FileSystem, root: string, projectsFolder: string) {
    this.#fs = fs;
    this.root = root;
    this.#projectsFolder = projectsFolder;
  }

  get projects(): string {
    return joinPath(this.root, this.#projectsFolder);
  }

  /**
   * A project's folder, or one beneath it, one name for each level.
   *
   * @throws FileStructureException one of them is no name.
   */
  project(projectName: string, ...subFolders: readonly string[]): string {
    const parts = [
      checkName(projectName, "name of the project"),
      ...subFolders.map((name) => checkName(name, "name of a sub-folder")),
    ];
    return `${this.projects}/${parts.join("/")}`;
  }

  /**
   * A file in a folder of the caller's choice.
   *
   * @throws FileStructureException `projectFile` is no name, or a link leads out of the storage root.
   */
  fileIn(projectPath: string, projectFile: string): string {
    const folder = checkPath(projectPath, "the path of the project");
    const path = joinPath(folder, checkName(projectFile, "name of the project's file"));
    this.checkInside(path);
    return path;
  }

  /** @throws FileStructureException the path is in the storage root, and a link leads out of it. */
  checkInside(path: string): void {
    checkStaysInside(this.#fs, this.root, path);
  }

  /**
   * Holds the folder at a path, for work that must stay in it. The check uses the
   * real path of the held folder, even if `path` leads elsewhere by then. Throws
   * what the file system throws where nothing is there.
   *
   * @throws FileStructureException it is no folder, or as `checkInside`.
   */
  async hold(path: string): Promise<HeldFolder> {
    const held = await holdFolder(this.#fs, path);
    try {
      refuseLeavingLink(this.#fs, this.root, path, held.path);
      return held;
    } catch (error) {
      await held.close();
      throw error;
    }
  }
}
