import type { AsyncDisposableLike, FileSystem, Logger, LongOptions, NodeReadable } from "@tvb-storage/core";
import type * as zip from "@tvb-storage/zip";
import type { FitsIn } from "./fits-in.js";

// The fixed public surface of @tvb-storage/zip.

interface ZipLimits {
  entries?: number;
  totalBytes?: number;
  ratio?: number;
}
interface ZipOptions extends LongOptions {
  fs?: FileSystem;
  limits?: ZipLimits;
  deterministic?: boolean;
  level?: number;
  logger?: Logger;
  backslashes?: "refuse" | "separator";
}
interface TvbZip extends AsyncDisposableLike {
  namelist: () => string[];
  write: (file: string, nameInZip?: string) => Promise<void>;
  writeZipFolder: (folder: string, exclude?: readonly string[], needParentFolder?: boolean) => Promise<void>;
  writeZipFolders: (folders: readonly string[], exclude?: readonly string[]) => Promise<void>;
  unpackZip: (folderPath: string, options?: LongOptions & { overwrite?: boolean }) => Promise<string[]>;
  open: (name: string) => Promise<NodeReadable>;
  close: () => Promise<void>;
}

interface Values {
  TvbZip: { open: (destPath: string, mode: "r" | "w", options?: ZipOptions) => Promise<zip.TvbZip> };
}

interface Types {
  ZipLimits: ZipLimits;
  ZipOptions: ZipOptions;
}

interface ActualTypes {
  ZipLimits: zip.ZipLimits;
  ZipOptions: zip.ZipOptions;
}

export type ValuesAreThere = FitsIn<Values, typeof zip>;
export type ArchivesCan = FitsIn<TvbZip, zip.TvbZip>;
export type TypesAreGiven = FitsIn<Types, ActualTypes>;
export type TypesAreTaken = FitsIn<ActualTypes, Types>;
