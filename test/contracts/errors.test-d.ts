import type * as errors from "@tvb-storage/errors";
import type { FitsIn } from "./fits-in.js";

// The fixed public surface of @tvb-storage/errors. Names may be added, none may change.

type ErrorCode =
  | "TVB"
  | "FILE_STRUCTURE"
  | "FILE_STORAGE"
  | "MISSING_DATASET"
  | "MISSING_DATA_FILE"
  | "FILE_VERSIONING"
  | "INCOMPATIBLE_FILE_MANAGER"
  | "FILE_MIGRATION"
  | "UNSUPPORTED_FILE_STORAGE"
  | "RENAME_WHILE_SYNC_ENCRYPTING";

interface TVBException extends Error {
  readonly code: ErrorCode;
}

type ExceptionClass = new (message: string, options?: { cause?: unknown }) => TVBException;

interface Values {
  TVBException: ExceptionClass;
  FileStructureException: ExceptionClass;
  FileStorageException: ExceptionClass;
  MissingDataSetException: ExceptionClass;
  MissingDataFileException: ExceptionClass;
  FileVersioningException: ExceptionClass;
  IncompatibleFileManagerException: ExceptionClass;
  FileMigrationException: ExceptionClass;
  UnsupportedFileStorageException: ExceptionClass;
  RenameWhileSyncEncryptingException: ExceptionClass;
  isTVBException: (error: unknown, code?: ErrorCode) => error is errors.TVBException;
}

interface Types {
  ErrorCode: ErrorCode;
  TVBException: TVBException;
}

interface ActualTypes {
  ErrorCode: errors.ErrorCode;
  TVBException: errors.TVBException;
}

export type ValuesAreThere = FitsIn<Values, typeof errors>;
export type TypesAreGiven = FitsIn<Types, ActualTypes>;
export type TypesAreTaken = FitsIn<ActualTypes, Types>;

/** A handler of the parent also catches the child. */
export type Hierarchy = [
  FitsIn<errors.TVBException, errors.FileStructureException>,
  FitsIn<errors.TVBException, errors.FileStorageException>,
  FitsIn<errors.FileStorageException, errors.MissingDataSetException>,
  FitsIn<errors.FileStorageException, errors.MissingDataFileException>,
  FitsIn<errors.TVBException, errors.FileVersioningException>,
  FitsIn<errors.FileVersioningException, errors.IncompatibleFileManagerException>,
  FitsIn<errors.TVBException, errors.FileMigrationException>,
  FitsIn<errors.TVBException, errors.UnsupportedFileStorageException>,
  FitsIn<errors.TVBException, errors.RenameWhileSyncEncryptingException>,
];
