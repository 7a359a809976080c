import type { DataFile } from "../data/data-file.js";
import type { ReadCount } from "./read-count.js";

export interface DataOptions {
  /** Opens a file although it is marked as being written (`MarkedFile`); so do later calls. */
  readonly ignoreMarks?: boolean;
}

/** A file that can be opened. Nothing of it is read before. */
export interface SourceFile {
  /** Unique among all files of the page: the identity of its source and its path there. */
  readonly id: string;
  /** In its source, with `/` between names: `Epilepsy/1/Connectivity_<gid>.h5`. */
  readonly path: string;
  /** In bytes, where it is known. */
  readonly size?: number;
  readonly modified?: Date;
  /** What a program would open to read the same: a path on a disk or an address; the name where the page knows no more. */
  readonly location: string;
  /** A text that describes data, such as Project.xml; it has none itself. */
  readonly isDocument?: boolean;
  /** Bytes that were read of it since the page opened it. */
  readonly reads?: ReadCount;
  /** The whole content of a small file, such as Project.xml. Throws a FileStorageException for more than `limit` bytes. */
  bytes(limit: number): Promise<Uint8Array>;
  /** As data: HDF5 or Zarr. The same promise each time, so that what was read is kept; after a failure it is tried again. */
  data(options?: DataOptions): Promise<DataFile>;
}

/** A ZIP archive within what was opened, which is opened when the user wants to. */
interface SourceArchive {
  readonly path: string;
  /** Throws a FileStructureException for a damaged archive. */
  open(): Promise<Source>;
}

/** What was opened at once: files of a dialog, a folder, an address, an archive, the folder that a server shows. */
export interface Source {
  readonly id: string;
  readonly kind: "files" | "folder" | "address" | "archive" | "server";
  readonly name: string;
  /** Where it was opened from, if the page was given an address: then the page's own address names it. */
  readonly address?: string;
  readonly files: readonly SourceFile[];
  /** What was found and cannot be opened, each with its reason. */
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
  /** ZIP archives in it. */
  readonly archives?: readonly SourceArchive[];
  /** Paths of files that are no data, such as README.md: they are not shown. */
  readonly leftOut?: readonly string[];
}
