import type { CopyOptions, Figure, ProjectStructure } from "@tvb-storage/core";
import { FileStructureException, RenameWhileSyncEncryptingException } from "@tvb-storage/errors";
import {
  checkCallOptions,
  checkPath,
  defaultFileSystem,
  type FileSystem,
  type Logger,
  type NodeReadable,
  type NodeWritable,
  type OptionRules,
  optionRules,
  withFilesReleased,
  type XmlInput,
  type XmlMetadata,
} from "@tvb-storage/files";
import { baseName, longOptionRules, parentOf, readArgument } from "@tvb-storage/files/internal";
import { XMLReader, XMLWriter } from "@tvb-storage/xml-meta";
import { checkFigure, checkObject, checkPathList } from "./check-argument.js";
import { copyBytes, destroyStream } from "./copy-file.js";
import { createFolder } from "./create-folder.js";
import { diskUsage } from "./disk-usage.js";
import { figureFiles } from "./figure-files.js";
import { checkMovable, movePath } from "./move-path.js";
import { ProjectPaths } from "./project-paths.js";
import { removePaths, whyNoFolder } from "./remove-paths.js";
import { renameProject } from "./rename-project.js";
import { checkName, operationFolderName } from "./safe-name.js";

const BYTES_PER_KIB = 1024;

export interface FilesHelperOptions {
  /** The folder of all projects; created at the first use. */
  storageRoot: string;
  /** Default: the disk. */
  fs?: FileSystem;
  /** Logs what is moved and removed, and what `ignoreErrors` ignored. */
  logger?: Logger;
  /** Whether a project's folder is being synchronised with its encrypted copy now, and must keep its name. */
  isSyncing?: (projectFolder: string) => boolean;
}

const OPTIONS: OptionRules<FilesHelperOptions> = {
  storageRoot: optionRules.anything, // checked as every path is
  fs: optionRules.fileSystem,
  logger: optionRules.object,
  isSyncing: optionRules.function,
};

const COPY_OPTIONS: OptionRules<CopyOptions> = {
  destPostfix: optionRules.anything, // checked as every name is
  bufferSize: optionRules.wholeFrom1,
  ...longOptionRules,
};

/**
 * The folders and files of projects, as the Python original lays them out
 * (`FilesHelper` there): `<storage root>/PROJECTS/<project>/<operation id>/`.
 *
 * Names (of projects, operations, sub-folders, files) must be valid on every
 * disk, and never lead out of their folder. They are inside the storage root;
 * links that lead out of it are not followed. Paths, where a method takes
 * one, are the caller's own. All paths that are returned are absolute, with `/`.
 *
 * Every method throws FileStructureException where a name or path is wrong, and
 * FileStorageException where the disk is full or broken.
 */
export class FilesHelper implements ProjectStructure {
  static readonly PROJECTS_FOLDER = "PROJECTS";
  static readonly ALLEN_MOUSE_CONNECTIVITY_CACHE_FOLDER = "ALLEN_MOUSE_CONNECTIVITY_CACHE";

  readonly #paths: ProjectPaths;
  readonly #fs: FileSystem;
  readonly #logger: Logger | undefined;
  readonly #isSyncing: (projectFolder: string) => boolean;
  readonly #hold = (path: string) => this.#paths.hold(path);

  /** @throws FileStructureException `storageRoot` is no path, or no file system is given where there is no disk. */
  constructor(given: FilesHelperOptions) {
    checkObject(given, "the options of FilesHelper", '{ storageRoot: "storage" }');
    const options = checkCallOptions(given, OPTIONS, "FilesHelper");
    const root = checkPath(given.storageRoot, "storageRoot");
    this.#fs = options.fs ?? defaultFileSystem();
    this.#paths = new ProjectPaths(this.#fs, root, FilesHelper.PROJECTS_FOLDER);
    this.#logger = options.logger;
    this.#isSyncing = options.isSyncing ?? (() => false);
  }

  /** Creates a folder with its parents where it is missing, mode 0744 less the umask; default the storage root. */
  async checkCreated(path?: string): Promise<void> {
    const folder = path === undefined ? this.#paths.root : checkPath(path, "the path of the folder");
    this.#paths.checkInside(folder);
    await createFolder(this.#fs, folder);
  }

  /** `<storage root>/PROJECTS`; it need not exist. */
  getProjectsFolder(): string {
    return this.#paths.projects;
  }

  /** A project's folder, or one beneath it, one name for each level; created where it is missing. */
  async getProjectFolder(projectName: string, ...subFolders: string[]): Promise<string> {
    const folder = this.#paths.project(projectName, ...subFolders);
    await this.checkCreated(folder);
    return folder;
  }

  /** The folder of the project that a data file belongs to: two levels up. */
  getProjectFolderFromH5(h5File: string): string {
    const path = checkPath(h5File, "the path of the HDF5 file");
    const folder = parentOf(parentOf(path));
    if (path.split("/").length < 4)
      throw new FileStructureException(
        `${path} is in no project: expected <project>/<operation>/<file> at its end`,
      );
    return folder;
  }

  /**
   * Renames a project; its files are flushed and closed first.
   *
   * @returns the old path and the new.
   * @throws FileStructureException the project is missing, or the new name is taken.
   * @throws RenameWhileSyncEncryptingException `isSyncing` says that its folder is being synchronised.
   */
  async renameProjectStructure(
    projectName: string,
    newName: string,
  ): Promise<readonly [oldPath: string, newPath: string]> {
    const oldPath = this.#paths.project(projectName);
    const newPath = this.#paths.project(newName);
    const refuseSyncing = (): void => {
      if (this.#isSyncing(oldPath))
        throw new RenameWhileSyncEncryptingException(
          `the project "${projectName}" cannot be renamed to "${newName}" while ${oldPath} is being encrypted; ` +
            "try again when that is finished",
        );
    };
    refuseSyncing();
    this.#paths.checkInside(parentOf(oldPath));
    // Again, since a sync may begin while this waits for open files.
    await renameProject(this.#fs, oldPath, newPath, this.#hold, refuseSyncing);
    this.#logger?.debug(`renamed the project ${oldPath} to ${newPath}`);
    return [oldPath, newPath];
  }

  /** The path of a file in a project's folder, which is created where it is missing. */
  async getProjectMetaFilePath(projectName: string, projectFile: string): Promise<string> {
    const name = checkName(projectFile, "name of the project's file");
    return `${await this.getProjectFolder(projectName)}/${name}`;
  }

  /** The metadata in `<projectPath>/<projectFile>`. Throws as `XMLReader` does. */
  async readProjectMetadata(projectPath: string, projectFile: string): Promise<XmlMetadata> {
    const path = this.#paths.fileIn(projectPath, projectFile);
    return new XMLReader(path, { fs: this.#fs }).readMetadataFromXml();
  }

  /** Writes `<projectPath>/<projectFile>` in one step; the folder must exist. Throws as `XMLWriter` does. */
  async writeProjectMetadataFromDict(
    projectPath: string,
    metadata: XmlInput,
    projectFile: string,
  ): Promise<void> {
    const path = this.#paths.fileIn(projectPath, projectFile);
    await new XMLWriter(metadata, { fs: this.#fs }).writeMetadataInXml(path);
  }

  /** Writes a file in a folder, which is created where it is missing, if the metadata can be written. */
  async #writeInNewFolder(folder: string, metadata: XmlInput, file: string): Promise<void> {
    const path = this.#paths.fileIn(folder, file);
    const writer = new XMLWriter(metadata, { fs: this.#fs });
    writer.toString();
    await this.checkCreated(folder);
    await writer.writeMetadataInXml(path);
  }

  /** Writes a file in the folder of the project `metadata.name`, which is created where it is missing. */
  async writeProjectMetadata(
    metadata: XmlInput & { readonly name: string },
    projectFile: string,
  ): Promise<void> {
    checkObject(metadata, "the metadata of a project", '{ name: "Epilepsy" }');
    const name = readArgument("the metadata of a project", () => metadata.name);
    await this.#writeInNewFolder(this.#paths.project(name), metadata, projectFile);
  }

  /**
   * Removes the folder of an operation.
   *
   * @throws FileStructureException it is missing, or something in it cannot be removed (all of that is listed).
   */
  async removeOperationData(projectName: string, operationId: string | number): Promise<void> {
    const folder = this.#paths.project(projectName, operationFolderName(operationId));
    this.#paths.checkInside(parentOf(folder));
    await this.removeFolder(folder);
  }

  /**
   * Moves a file or folder into the folder of an operation, which is created
   * where it is missing. Across devices it is copied, and appears only when complete.
   *
   * @returns the new path.
   * @throws FileStructureException the source is missing or a link, or its name is taken there.
   */
  async moveDatatype(newProjectName: string, newOpId: string | number, fullPath: string): Promise<string> {
    const source = checkPath(fullPath, "the path of the datatype");
    const name = checkName(baseName(source), "name of the datatype's file");
    const target = `${this.#paths.project(newProjectName, operationFolderName(newOpId))}/${name}`;
    this.#paths.checkInside(source);
    // The target too: a new file may exist only in its manager's buffer, which would later be written over the moved one.
    await withFilesReleased(this.#fs, [source, target], async () => {
      // Checked only here, for the same reason.
      await checkMovable(this.#fs, source, target);
      await this.checkCreated(parentOf(target));
      await movePath(this.#fs, source, target, this.#hold);
    });
    this.#logger?.debug(`moved ${source} to ${target}`);
    return target;
  }

  /** The folder of a project's images; created where it is missing. */
  async getImagesFolder(projectName: string, imagesFolder: string): Promise<string> {
    return this.getProjectFolder(projectName, imagesFolder);
  }

  /** Writes the metadata of a figure beside its image: `fig.xml` for `fig.v2.png`. */
  async writeImageMetadata(figure: Figure, metadata: XmlInput, imagesFolder: string): Promise<void> {
    const { projectName, filePath } = checkFigure(figure);
    const files = figureFiles(filePath);
    await this.#writeInNewFolder(this.#paths.project(projectName, imagesFolder), metadata, files.metadata);
  }

  /** Removes a figure's image and metadata; missing ones are no error. Reports both where neither can be removed. */
  async removeFigure(figure: Figure, imagesFolder: string): Promise<void> {
    const { projectName, filePath } = checkFigure(figure);
    const files = figureFiles(filePath);
    const folder = this.#paths.project(projectName, imagesFolder);
    this.#paths.checkInside(folder);
    await this.removeFiles([`${folder}/${files.image}`, `${folder}/${files.metadata}`]);
  }

  /** `<project>/ALLEN_MOUSE_CONNECTIVITY_CACHE`; created where it is missing. */
  async getAllenMouseCacheFolder(projectName: string): Promise<string> {
    return this.getProjectFolder(projectName, FilesHelper.ALLEN_MOUSE_CONNECTIVITY_CACHE_FOLDER);
  }

  /**
   * Copies a file or stream to a file or stream. A file appears, or is
   * replaced, in one step when all is copied; a stream is ended, or destroyed
   * where the copy fails. Memory is bounded by `bufferSize` and the streams' own
   * buffers. `onProgress` gets the source's size as total, 0 for a stream.
   *
   * The folder of a file is created where it is missing. A file that is replaced
   * keeps its mode; a new one has that of the source file less the umask. With
   * `destPostfix`, `dest` is a folder, and the postfix the file's name in it. Files that this process has open at either
   * path are flushed, and stay closed during the copy.
   *
   * @throws FileStructureException no such source, a folder at either end, the same file at both, a stream that was
   *   read before.
   * @throws FileStorageException a stream failed, or `signal` ended the copy (its reason is the cause).
   */
  async copyFile(
    source: string | NodeReadable,
    dest: string | NodeWritable,
    options: CopyOptions = {},
  ): Promise<void> {
    try {
      const checked = checkCallOptions(options, COPY_OPTIONS, "copyFile");
      const from = typeof source === "string" ? checkPath(source, "the source of the copy") : source;
      const to = destinationOf(dest, checked);
      for (const end of [from, to]) if (typeof end === "string") this.#paths.checkInside(end);
      await copyBytes(this.#fs, from, to, checked);
    } catch (error) {
      // Also where a copy is refused, or a connection would stay open that nobody reads from.
      for (const end of [source, dest]) destroyStream(end);
      throw error;
    }
  }

  /**
   * Removes files and folders; missing ones are no error, links are removed and not
   * followed. Goes on after a failure.
   *
   * @throws FileStructureException lists everything that could not be removed, unless `ignoreErrors`.
   * @throws FileStorageException the same, where the disk failed at one of them.
   */
  async removeFiles(files: readonly string[], ignoreErrors = false): Promise<void> {
    checkPathList(files);
    const paths = Array.from(files, (file) => checkPath(file, "the path to remove")); // also for holes in a list
    for (const path of paths) this.#paths.checkInside(parentOf(path));
    await removePaths(this.#fs, paths, { hold: this.#hold, ignoreErrors, logger: this.#logger });
  }

  /**
   * Removes a folder with all that is in it.
   *
   * @throws FileStructureException it is missing, no folder, or cannot be removed, unless `ignoreErrors`; what is no
   *   folder stays in any case.
   * @throws FileStorageException the disk failed, unless `ignoreErrors`.
   */
  async removeFolder(path: string, ignoreErrors = false): Promise<void> {
    const folder = checkPath(path, "the path of the folder");
    const problem = await whyNoFolder(this.#fs, folder);
    if (problem === undefined) return this.removeFiles([folder], ignoreErrors);
    if (!ignoreErrors) throw problem;
    this.#logger?.warn(problem.message);
  }

  /** Size of a file, or of all files in a folder, in KiB, rounded down; 0 when missing. Links in it are not followed. */
  async computeSizeOnDisk(path: string): Promise<number> {
    return Math.floor((await this.#usage(path)) / BYTES_PER_KIB);
  }

  /** Size of all files named `*.h5` in a folder, at any depth, in KiB, rounded; 0 when missing. */
  async computeRecursiveH5DiskUsage(startPath: string): Promise<number> {
    return Math.round((await this.#usage(startPath, (name) => name.endsWith(".h5"))) / BYTES_PER_KIB);
  }

  async #usage(path: string, counts?: (name: string) => boolean): Promise<number> {
    const start = checkPath(path, "the path to measure");
    this.#paths.checkInside(start);
    return diskUsage(this.#fs, start, this.#hold, counts);
  }
}

/** @throws FileStructureException no path, or `destPostfix` is no name or follows a stream. */
function destinationOf(dest: string | NodeWritable, { destPostfix }: CopyOptions): string | NodeWritable {
  const to = typeof dest === "string" ? checkPath(dest, "the destination of the copy") : dest;
  if (destPostfix === undefined) return to;
  if (typeof to !== "string")
    throw new FileStructureException("destPostfix needs a folder as destination; found a stream");
  return `${to}/${checkName(destPostfix, "destPostfix")}`;
}
