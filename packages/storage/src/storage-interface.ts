import {
  type BackendOptions,
  createBackendRegistry,
  type ProjectStructure,
  type StorageManager,
} from "@tvb-storage/core";
import { namedBackend } from "@tvb-storage/core/internal";
import {
  checkCallOptions,
  checkPath,
  defaultFileSystem,
  type FileSystem,
  type LongOptions,
  optionRules,
  quoted,
} from "@tvb-storage/files";
import {
  checkArgument,
  joinPath,
  LongCall,
  longOptionRules,
  readArgument,
} from "@tvb-storage/files/internal";
import { FilesHelper } from "@tvb-storage/fs-helper";
import { operationFolderName, ProjectPaths } from "@tvb-storage/fs-helper/internal";
import { h5Backend } from "@tvb-storage/h5-backend";
import { TvbZip, type UnpackOptions, type ZipOptions } from "@tvb-storage/zip";
import type { Exported } from "./archive-export.js";
import { DataFileIndex } from "./data-file-index.js";
import { getFilename, gidHex } from "./data-file-name.js";
import { datatypePaths } from "./datatype-paths.js";
import { exportDatatypes, LAYOUTS } from "./export-datatypes.js";
import {
  DATATYPE_EXPORT_RULES,
  type DatatypeExportOptions,
  PROJECT_EXPORT_RULES,
  type ProjectExportOptions,
} from "./export-options.js";
import { exportProject } from "./export-project.js";
import { guarded } from "./guarded.js";
import {
  DATATYPE_IMPORT_RULES,
  type DatatypeImportOptions,
  type ImportedDatatypes,
  importDatatypes,
} from "./import-datatypes.js";
import { type ImportedProject, importProject } from "./import-project.js";
import { type LinkedDatatypes, linkedDatatypes } from "./linked-datatypes.js";
import { moveWithSync } from "./move-with-sync.js";
import { type Reference, referencesIn, rootMetadata } from "./references.js";
import { existingProject, type StorageContext } from "./storage-context.js";
import { type StorageInterfaceOptions, storageOptions } from "./storage-options.js";
import { IMPORT_RULES, type ImportOptions } from "./unpack-import.js";
import { withArchive } from "./with-archive.js";

/**
 * One door to the storage of The Virtual Brain (`StorageInterface` in the Python original): the folders of projects, which
 * are `FilesHelper`'s, names and managers of data files, exports, imports, and what datatypes refer to.
 *
 * Every method throws FileStructureException where a name, path, archive or file is wrong, and FileStorageException where
 * the disk is full or broken, or a signal ended the call. What is exported or imported appears in one step, when it is
 * complete; a call that fails leaves nothing.
 */
export class StorageInterface extends FilesHelper implements ProjectStructure {
  readonly #context: StorageContext;

  /** @throws FileStructureException `storageRoot` is no path, or an option cannot be. */
  constructor(given: StorageInterfaceOptions) {
    const options = storageOptions(given);
    const { backends = createBackendRegistry([h5Backend]), now = () => new Date(), ...ofHelper } = options;
    const root = checkPath(options.storageRoot, "storageRoot");
    super({ ...ofHelper, storageRoot: root });
    const fs = options.fs ?? defaultFileSystem();
    // A backend without an option `fs` works on the disk.
    const ofManager: BackendOptions & { fs?: FileSystem } = {
      ...(options.fs === undefined ? {} : { fs: options.fs }),
      ...(options.logger === undefined ? {} : { logger: options.logger }),
    };
    this.#context = {
      fs,
      files: this,
      paths: new ProjectPaths(fs, root, FilesHelper.PROJECTS_FOLDER),
      backends,
      logger: options.logger,
      now,
      manager: (path) => backends.forPath(path).open(path, ofManager),
    };
  }

  /** `Connectivity_<32 hex>.h5` for the class `ConnectivityH5` or `Connectivity`, with the extension of the first backend. */
  getFilename(className: string, gid: string): string {
    const { backends } = this.#context;
    // A path that names no backend is opened by the first.
    return getFilename(
      className,
      gid,
      backends.names.length > 0 ? backends.forPath("").fileExtension : ".h5",
    );
  }

  /** The path of a datatype in an operation, whose folder is created where it is missing. */
  async pathFor(
    operationId: string | number,
    className: string,
    gid: string,
    projectName: string,
  ): Promise<string> {
    const name = this.getFilename(className, gid);
    return joinPath(await this.getProjectFolder(projectName, operationFolderName(operationId)), name);
  }

  /** The path of a datatype in a folder. */
  pathByDir(folder: string, className: string, gid: string): string {
    return joinPath(checkPath(folder, "the folder of the datatype"), this.getFilename(className, gid));
  }

  /** The manager of a file, of the backend whose extension it has, or else of the first. Does not touch the file. */
  getStorageManager(path: string): StorageManager {
    return this.#context.manager(checkPath(path, "the path of the data file"));
  }

  /** Whether a path ends with the extension of a backend, in any case. */
  endsWithTvbStorageFileExtension(path: string): boolean {
    checkArgument(path, "the path of the data file", optionRules.text);
    return namedBackend(this.#context.backends, path) !== undefined;
  }

  /** `TvbZip.open` on this file system. */
  async openTvbZip(
    path: string,
    mode: "r" | "w" = "r",
    options: Omit<ZipOptions, "fs"> = {},
  ): Promise<TvbZip> {
    const { fs } = this.#context;
    checkArgument(options, "the options of openTvbZip", optionRules.object);
    const given = readArgument("the options of openTvbZip", () => ({ ...options, fs }));
    return TvbZip.open(path, mode, given);
  }

  /** The names of an archive's entries, in its order. */
  async getFilenamesInZip(path: string): Promise<string[]> {
    return withArchive(await this.openTvbZip(path), async (zip) => zip.namelist());
  }

  /** Archives a folder; names start within it. Names in `exclude` are left out at any depth. */
  async writeZipFolder(path: string, folder: string, exclude: readonly string[] = []): Promise<void> {
    await withArchive(await this.openTvbZip(path, "w"), (zip) => zip.writeZipFolder(folder, exclude));
  }

  /** Unpacks an archive into a folder, all or nothing where that is missing or empty; gives the paths of the files. */
  async unpackZip(path: string, folder: string, options: UnpackOptions = {}): Promise<string[]> {
    return withArchive(await this.openTvbZip(path), (zip) => zip.unpackZip(folder, options));
  }

  /** As `renameProjectStructure`. The `name` in its `Project.xml`, which an import goes by, stays what it is. */
  async renameProject(
    projectName: string,
    newName: string,
  ): Promise<readonly [oldPath: string, newPath: string]> {
    return this.renameProjectStructure(projectName, newName);
  }

  /**
   * Removes a project with all that is in it.
   *
   * @throws FileStructureException it is missing, or something cannot be removed (all of that is listed).
   */
  async removeProject(projectName: string): Promise<void> {
    await this.removeFolder(this.#context.paths.project(projectName));
  }

  /**
   * Moves a datatype, and the view model that belongs to it, into an operation, both or neither, and waits until the new names are on
   * the medium. What is open is flushed first. A process that is killed in between may have moved one of two.
   *
   * @returns the new paths, in the order given.
   */
  async moveDatatypeWithSync(
    newProjectName: string,
    newOperationId: string | number,
    fullPath: string,
    viewModelPath?: string,
  ): Promise<string[]> {
    const paths = viewModelPath === undefined ? [fullPath] : [fullPath, viewModelPath];
    return moveWithSync(this.#context, newProjectName, newOperationId, paths);
  }

  /**
   * The datatypes that a file refers to: root attributes of the form `urn:uuid:...`, or JSON lists of gids. Its own `gid` and its
   * `parent_burst` are none. Throws as `getMetadata` does.
   */
  async references(file: string): Promise<Reference[]> {
    const path = checkPath(file, "the path of the data file");
    return referencesIn(await rootMetadata(this.#context, path));
  }

  /**
   * The paths of the files with a gid in a project, or in all projects where that is undefined: those with the gid in the name
   * whose attribute `gid` says it too. One that cannot be read is left out, and the logger warned.
   *
   * @throws FileStructureException there is no such project.
   */
  async findByGid(
    projectName: string | undefined,
    gid: string,
    options: LongOptions = {},
  ): Promise<string[]> {
    const digits = gidHex(gid);
    const call = new LongCall(
      `cannot look for ${digits}`,
      checkCallOptions(options, longOptionRules, "findByGid"),
    );
    return guarded(call.what, async () => {
      if (projectName !== undefined) await existingProject(this.#context, projectName, call.what);
      const index = new DataFileIndex(this.#context, call);
      const found: string[] = [];
      const files =
        projectName === undefined ? index.everywhere(digits) : index.inProject(projectName, digits);
      for await (const { path } of files) found.push(path);
      return found;
    });
  }

  /** What files refer to, and what that refers to, and so on, with what was not found. */
  async linkedDatatypes(files: readonly string[], options: LongOptions = {}): Promise<LinkedDatatypes> {
    const checked = checkCallOptions(options, longOptionRules, "linkedDatatypes");
    const call = new LongCall("cannot find linked datatypes", checked);
    return guarded(call.what, async () =>
      linkedDatatypes(this.#context, await datatypePaths(this.#context, files, "the data files"), { call }),
    );
  }

  /**
   * Exports a project as `<YYYY-MM-DD_HH-MM>_<project name>.zip`: what is in its folder but `TEMP` and `excludeOperations`
   * (by name, at any depth), and datatypes of other projects that it refers to below `links-to-external-projects/`.
   */
  async exportProject(projectName: string, options: ProjectExportOptions = {}): Promise<Exported> {
    const checked = checkCallOptions(options, PROJECT_EXPORT_RULES, "exportProject");
    return guarded(`cannot export the project ${quoted(projectName)}`, () =>
      exportProject(this.#context, projectName, checked),
    );
  }

  /**
   * Exports datatypes with what they refer to, without their `parent_burst`: a single one that refers to nothing as the file itself,
   * `<YYYY-MM-DD_HH-MM>_<class name>.h5`, several as a `.zip` without folders. The files themselves stay as they are.
   */
  async exportDatatypes(
    files: string | readonly string[],
    options: DatatypeExportOptions = {},
  ): Promise<Exported> {
    const list = typeof files === "string" ? [files] : files;
    return this.#exportFiles(list, LAYOUTS.FLAT, options, "exportDatatypes");
  }

  /** Exports a group of datatypes: as `exportDatatypes`, each in a folder named for its operation, what they refer to beside these. */
  async exportDatatypeGroup(
    files: readonly string[],
    options: DatatypeExportOptions = {},
  ): Promise<Exported> {
    return this.#exportFiles(files, LAYOUTS.GROUP, options, "exportDatatypeGroup");
  }

  /** Exports view models, unchanged, and below `datatypes/` all that they refer to and is not among them: give every view model. */
  async exportSimulatorConfiguration(
    viewModels: readonly string[],
    options: DatatypeExportOptions = {},
  ): Promise<Exported> {
    return this.#exportFiles(viewModels, LAYOUTS.SIMULATOR, options, "exportSimulatorConfiguration");
  }

  async #exportFiles(
    files: readonly string[],
    layout: (typeof LAYOUTS)[keyof typeof LAYOUTS],
    options: DatatypeExportOptions,
    name: string,
  ): Promise<Exported> {
    const checked = checkCallOptions(options, DATATYPE_EXPORT_RULES, name);
    return guarded(`cannot export the ${layout.kind}`, () =>
      exportDatatypes(this.#context, files, layout, checked),
    );
  }

  /**
   * Imports a project. The folder in the archive that holds `Project.xml` becomes the folder of the project that this names.
   * Datatypes of other projects stay below its `links-to-external-projects`.
   *
   * @throws FileStructureException there is such a project already; no `Project.xml`, or more than one.
   */
  async importProject(archive: string, options: ImportOptions = {}): Promise<ImportedProject> {
    const checked = checkCallOptions(options, IMPORT_RULES, "importProject");
    return guarded(`cannot import the project of ${quoted(archive)}`, () =>
      importProject(this.#context, archive, checked),
    );
  }

  /**
   * Imports data files into an operation, whose folder must be missing or empty: a single one, or all of an archive, from whatever
   * folder in it, as the exports of datatypes and of simulator configurations are made. Each must be valid, and be the datatype that its name says.
   */
  async importDatatypes(
    source: string,
    projectName: string,
    operationId: string | number,
    options: DatatypeImportOptions = {},
  ): Promise<ImportedDatatypes> {
    const checked = checkCallOptions(options, DATATYPE_IMPORT_RULES, "importDatatypes");
    return guarded(`cannot import the datatypes of ${quoted(source)}`, () =>
      importDatatypes(this.#context, source, projectName, operationId, checked),
    );
  }
}
