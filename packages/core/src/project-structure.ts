import type { LongOptions, NodeReadable, NodeWritable, XmlInput, XmlMetadata } from "@tvb-storage/files";

export interface Figure {
  readonly project: { readonly name: string };
  readonly filePath: string;
}

export interface CopyOptions extends LongOptions {
  /** With it, `dest` is a folder, and this is the file's name in it. */
  destPostfix?: string;
  /** Bytes copied at a time; default 1 MiB. */
  bufferSize?: number;
}

/**
 * Where the files of a project lie: `<storage root>/PROJECTS/<project>/<operation>/`.
 * `FilesHelper` of `@tvb-storage/fs-helper` is the layout of The Virtual Brain.
 */
export interface ProjectStructure {
  /** Creates a folder with its parents, mode 0744; the storage root by default. Safe in parallel. */
  checkCreated(path?: string): Promise<void>;
  getProjectsFolder(): string;
  /** Created if missing. */
  getProjectFolder(projectName: string, ...subFolders: string[]): Promise<string>;
  getProjectFolderFromH5(h5File: string): string;
  /**
   * @throws FileStructureException the target exists or the source is missing.
   * @throws RenameWhileSyncEncryptingException the project is being synchronised.
   */
  renameProjectStructure(
    projectName: string,
    newName: string,
  ): Promise<readonly [oldPath: string, newPath: string]>;
  getProjectMetaFilePath(projectName: string, projectFile: string): Promise<string>;
  readProjectMetadata(projectPath: string, projectFile: string): Promise<XmlMetadata>;
  writeProjectMetadataFromDict(projectPath: string, metadata: XmlInput, projectFile: string): Promise<void>;
  writeProjectMetadata(metadata: XmlInput & { readonly name: string }, projectFile: string): Promise<void>;
  removeOperationData(projectName: string, operationId: string | number): Promise<void>;
  /** Moves a file or folder into an operation's folder; returns its new path. */
  moveDatatype(newProjectName: string, newOpId: string | number, fullPath: string): Promise<string>;
  getImagesFolder(projectName: string, imagesFolder: string): Promise<string>;
  writeImageMetadata(figure: Figure, metadata: XmlInput, imagesFolder: string): Promise<void>;
  removeFigure(figure: Figure, imagesFolder: string): Promise<void>;
  getAllenMouseCacheFolder(projectName: string): Promise<string>;
  copyFile(source: string | NodeReadable, dest: string | NodeWritable, options?: CopyOptions): Promise<void>;
  removeFiles(files: readonly string[], ignoreErrors?: boolean): Promise<void>;
  removeFolder(path: string, ignoreErrors?: boolean): Promise<void>;
  /** KiB, rounded down; 0 when missing. */
  computeSizeOnDisk(path: string): Promise<number>;
  /** KiB of all `.h5` files below, rounded. */
  computeRecursiveH5DiskUsage(startPath: string): Promise<number>;
}
