import type nodeFs from "node:fs";
import type * as core from "@tvb-storage/core";
import type { IFs } from "memfs";
import type { FitsIn } from "./fits-in.js";

// The fixed public surface of @tvb-storage/core: file systems and project folders.

interface SyncFileSystem {
  openSync: (path: string, flags: string, mode?: number) => number;
  closeSync: (fd: number) => void;
  readSync: (fd: number, buffer: Uint8Array, offset: number, length: number, position: number) => number;
  writeSync: (fd: number, buffer: Uint8Array, offset: number, length: number, position: number) => number;
  ftruncateSync: (fd: number, length: number) => void;
  fsyncSync: (fd: number) => void;
  fstatSync: (fd: number) => { size: number };
  statSync: (path: string) => { size: number; mtimeMs: number; isFile(): boolean; isDirectory(): boolean };
  existsSync: (path: string) => boolean;
  unlinkSync: (path: string) => void;
  renameSync: (from: string, to: string) => void;
  chmodSync: (path: string, mode: number) => void;
}
interface FileSystem extends SyncFileSystem {
  readonly promises: unknown;
}

interface NodeReadable {
  pipe: unknown;
  on: unknown;
  [Symbol.asyncIterator](): AsyncIterator<unknown>;
}
interface NodeWritable {
  write: unknown;
  end: unknown;
  on: unknown;
}

interface Figure {
  readonly project: { readonly name: string };
  readonly filePath: string;
}
type XmlInput = Readonly<Record<string, unknown>>;
type XmlMetadata = { [key: string]: string | XmlMetadata };
interface CopyOptions {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
  destPostfix?: string;
  bufferSize?: number;
}
export interface ProjectStructure {
  checkCreated: (path?: string) => Promise<void>;
  getProjectsFolder: () => string;
  getProjectFolder: (projectName: string, ...subFolders: string[]) => Promise<string>;
  getProjectFolderFromH5: (h5File: string) => string;
  renameProjectStructure: (
    projectName: string,
    newName: string,
  ) => Promise<readonly [oldPath: string, newPath: string]>;
  getProjectMetaFilePath: (projectName: string, projectFile: string) => Promise<string>;
  readProjectMetadata: (projectPath: string, projectFile: string) => Promise<XmlMetadata>;
  writeProjectMetadataFromDict: (
    projectPath: string,
    metadata: XmlInput,
    projectFile: string,
  ) => Promise<void>;
  writeProjectMetadata: (
    metadata: XmlInput & { readonly name: string },
    projectFile: string,
  ) => Promise<void>;
  removeOperationData: (projectName: string, operationId: string | number) => Promise<void>;
  moveDatatype: (newProjectName: string, newOpId: string | number, fullPath: string) => Promise<string>;
  getImagesFolder: (projectName: string, imagesFolder: string) => Promise<string>;
  writeImageMetadata: (figure: Figure, metadata: XmlInput, imagesFolder: string) => Promise<void>;
  removeFigure: (figure: Figure, imagesFolder: string) => Promise<void>;
  getAllenMouseCacheFolder: (projectName: string) => Promise<string>;
  copyFile: (
    source: string | NodeReadable,
    dest: string | NodeWritable,
    options?: CopyOptions,
  ) => Promise<void>;
  removeFiles: (files: readonly string[], ignoreErrors?: boolean) => Promise<void>;
  removeFolder: (path: string, ignoreErrors?: boolean) => Promise<void>;
  computeSizeOnDisk: (path: string) => Promise<number>;
  computeRecursiveH5DiskUsage: (startPath: string) => Promise<number>;
}

interface Types {
  SyncFileSystem: SyncFileSystem;
  Figure: Figure;
  XmlInput: XmlInput;
  XmlMetadata: XmlMetadata;
  CopyOptions: CopyOptions;
  ProjectStructure: ProjectStructure;
}

interface ActualTypes {
  SyncFileSystem: core.SyncFileSystem;
  Figure: core.Figure;
  XmlInput: core.XmlInput;
  XmlMetadata: core.XmlMetadata;
  CopyOptions: core.CopyOptions;
  ProjectStructure: core.ProjectStructure;
}

interface Values {
  memoryFileSystem: () => SyncFileSystem;
}

export type TypesAreGiven = FitsIn<Types, ActualTypes>;
export type TypesAreTaken = FitsIn<ActualTypes, Types>;
export type ValuesAreThere = FitsIn<Values, typeof core>;

/** node:fs and memfs are a `FileSystem`; its `promises` have more members than are fixed. */
export type FileSystems = [
  FitsIn<FileSystem, core.FileSystem>,
  FitsIn<core.FileSystem, typeof nodeFs>,
  FitsIn<core.FileSystem, IFs>,
];
