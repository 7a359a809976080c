import type { BackendRegistry, FileSystem, Logger, LongOptions, StorageManager } from "@tvb-storage/core";
import type * as storage from "@tvb-storage/storage";
import type { TvbZip, ZipLimits, ZipOptions } from "@tvb-storage/zip";
import type { ProjectStructure } from "./core-files.test-d.js";
import type { FitsIn } from "./fits-in.js";

// The fixed public surface of @tvb-storage/storage: the facade.

interface ExportOptions extends LongOptions {
  target?: string;
  linked?: readonly string[];
  incomplete?: "report" | "refuse";
}
interface ProjectExportOptions extends ExportOptions {
  excludeOperations?: readonly (string | number)[];
}
interface DatatypeExportOptions extends ExportOptions {
  className?: string;
}
interface ImportOptions extends LongOptions {
  limits?: ZipLimits;
  backslashes?: "refuse" | "separator";
}
interface DatatypeImportOptions extends ImportOptions {
  existing?: "refuse" | "skip";
}

interface Reference {
  readonly gid: string;
  readonly key: string;
}
interface Missing {
  readonly missing: readonly (Reference & { readonly referredBy: string })[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}
interface Exported extends Missing {
  readonly path: string;
}

interface StorageInterface extends ProjectStructure {
  getFilename: (className: string, gid: string) => string;
  pathFor: (
    operationId: string | number,
    className: string,
    gid: string,
    projectName: string,
  ) => Promise<string>;
  pathByDir: (folder: string, className: string, gid: string) => string;
  getStorageManager: (path: string) => StorageManager;
  endsWithTvbStorageFileExtension: (path: string) => boolean;
  openTvbZip: (path: string, mode?: "r" | "w", options?: Omit<ZipOptions, "fs">) => Promise<TvbZip>;
  getFilenamesInZip: (path: string) => Promise<string[]>;
  writeZipFolder: (path: string, folder: string, exclude?: readonly string[]) => Promise<void>;
  unpackZip: (
    path: string,
    folder: string,
    options?: LongOptions & { overwrite?: boolean },
  ) => Promise<string[]>;
  renameProject: (
    projectName: string,
    newName: string,
  ) => Promise<readonly [oldPath: string, newPath: string]>;
  removeProject: (projectName: string) => Promise<void>;
  moveDatatypeWithSync: (
    newProjectName: string,
    newOperationId: string | number,
    fullPath: string,
    viewModelPath?: string,
  ) => Promise<string[]>;
  references: (file: string) => Promise<Reference[]>;
  findByGid: (projectName: string | undefined, gid: string, options?: LongOptions) => Promise<string[]>;
  linkedDatatypes: (
    files: readonly string[],
    options?: LongOptions,
  ) => Promise<Missing & { readonly linked: readonly string[] }>;
  exportProject: (projectName: string, options?: ProjectExportOptions) => Promise<Exported>;
  exportDatatypes: (files: string | readonly string[], options?: DatatypeExportOptions) => Promise<Exported>;
  exportDatatypeGroup: (files: readonly string[], options?: DatatypeExportOptions) => Promise<Exported>;
  exportSimulatorConfiguration: (
    viewModels: readonly string[],
    options?: DatatypeExportOptions,
  ) => Promise<Exported>;
  importProject: (
    archive: string,
    options?: ImportOptions,
  ) => Promise<{
    readonly projectName: string;
    readonly folder: string;
    readonly leftOut: readonly string[];
  }>;
  importDatatypes: (
    source: string,
    projectName: string,
    operationId: string | number,
    options?: DatatypeImportOptions,
  ) => Promise<{ readonly paths: readonly string[]; readonly skipped: readonly string[] }>;
}

interface Values {
  getFilename: (className: string, gid: string, extension?: string) => string;
  StorageInterface: {
    readonly PROJECTS_FOLDER: "PROJECTS";
    new (options: {
      storageRoot: string;
      fs?: FileSystem;
      logger?: Logger;
      isSyncing?: (projectFolder: string) => boolean;
      backends?: BackendRegistry;
      now?: () => Date;
    }): storage.StorageInterface;
  };
}

export type ValuesAreThere = FitsIn<Values, typeof storage>;
export type TheFacadeCan = FitsIn<StorageInterface, storage.StorageInterface>;
