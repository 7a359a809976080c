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
 *
 * Names (of projects, operations, sub-folders, files) are one part of a path that every disk takes:
 * FileStructureException for an empty one, `.`, `..`, separators of either kind, control characters, what Windows
 * refuses (`<>:"|?*`, a dot or space at the end, its devices), letters that are not composed (NFC), more than 255 bytes
 * of UTF-8. An operation is such a name or a whole number from 0. Paths are the caller's own; one that is in the storage
 * root and leads out of it by a link is a FileStructureException. Those that are returned are absolute. The storage root
 * itself may be a link.
 *
 * A call that is refused has changed nothing. One that the disk, a stream or a signal ended may have made folders
 * on the way; it leaves no other trace.
 */
export interface ProjectStructure {
  /** Creates a folder with its parents, mode 0744; the storage root by default. Safe in parallel. */
  checkCreated(path?: string): Promise<void>;
  getProjectsFolder(): string;
  /** Created if missing. */
  getProjectFolder(projectName: string, ...subFolders: string[]): Promise<string>;
  getProjectFolderFromH5(h5File: string): string;
  /**
   * All in the project keeps its modes and times.
   *
   * @throws FileStructureException the target exists, or the source is missing or no folder.
   * @throws RenameWhileSyncEncryptingException the project is being synchronised.
   */
  renameProjectStructure(
    projectName: string,
    newName: string,
  ): Promise<readonly [oldPath: string, newPath: string]>;
  getProjectMetaFilePath(projectName: string, projectFile: string): Promise<string>;
  readProjectMetadata(projectPath: string, projectFile: string): Promise<XmlMetadata>;
  /** Replaces the file in one step; it keeps its mode, and a new one gets 0644 less the umask. The folder must exist. */
  writeProjectMetadataFromDict(projectPath: string, metadata: XmlInput, projectFile: string): Promise<void>;
  /** In the project `metadata.name`, which is created if missing. */
  writeProjectMetadata(metadata: XmlInput & { readonly name: string }, projectFile: string): Promise<void>;
  /** @throws FileStructureException it is missing, or no folder. */
  removeOperationData(projectName: string, operationId: string | number): Promise<void>;
  /**
   * Moves a file or folder into an operation's folder, with its modes and times; returns its new path.
   *
   * @throws FileStructureException something is there, or the source is missing or a link.
   */
  moveDatatype(newProjectName: string, newOpId: string | number, fullPath: string): Promise<string>;
  /** Created if missing. */
  getImagesFolder(projectName: string, imagesFolder: string): Promise<string>;
  /** Beside the image, with the part of its name before the first dot: `fig.xml` for `fig.v2.png`. */
  writeImageMetadata(figure: Figure, metadata: XmlInput, imagesFolder: string): Promise<void>;
  /** The image and its metadata; missing ones are fine. */
  removeFigure(figure: Figure, imagesFolder: string): Promise<void>;
  /** `<project>/ALLEN_MOUSE_CONNECTIVITY_CACHE`, created if missing. */
  getAllenMouseCacheFolder(projectName: string): Promise<string>;
  /**
   * A file appears, or is replaced, in one step when all is copied, and its folder is created if missing. The copy is a
   * new file with a time of its own: one that it replaces, be it a link or one of several names, is no other's any more.
   * It has the mode of what it replaces (of what a link leads to), else that of the source less the umask, 0644 for a
   * stream. A stream is ended, or destroyed where the copy fails. `onProgress` gets bytes, and the size of the source
   * (0 for a stream).
   *
   * @throws FileStructureException no such source, a folder at either end, the same file at both by whatever name.
   * @throws FileStorageException a stream failed, `onProgress` threw, or `signal` was aborted; the cause is what it threw,
   *   or the signal's reason.
   */
  copyFile(source: string | NodeReadable, dest: string | NodeWritable, options?: CopyOptions): Promise<void>;
  /**
   * Files and folders; missing ones are fine. Links are removed, not what they lead to. Goes on where one cannot be
   * removed (the Python original stops there), and then throws unless `ignoreErrors`.
   */
  removeFiles(files: readonly string[], ignoreErrors?: boolean): Promise<void>;
  /** @throws FileStructureException it is missing or no folder (also a link to one), unless `ignoreErrors`; that stays. */
  removeFolder(path: string, ignoreErrors?: boolean): Promise<void>;
  /** KiB of a file, or of all files in a folder, rounded down; 0 when missing. Links in a folder count nothing. */
  computeSizeOnDisk(path: string): Promise<number>;
  /** KiB of all files below whose names end with `.h5`, rounded; 0 when missing. */
  computeRecursiveH5DiskUsage(startPath: string): Promise<number>;
}
