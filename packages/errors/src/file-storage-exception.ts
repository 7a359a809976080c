import { type ErrorCode, TVBException } from "./tvb-exception.js";

/**
 * Storing or reading failed: a bad selection, a type that cannot be represented,
 * corrupt data, a full disk, a lock that was not free in time.
 */
export class FileStorageException extends TVBException {
  override readonly name: string = "FileStorageException";
  override readonly code: ErrorCode = "FILE_STORAGE";
}

/** The dataset or node to read is not in the file. */
export class MissingDataSetException extends FileStorageException {
  override readonly name: string = "MissingDataSetException";
  override readonly code: ErrorCode = "MISSING_DATASET";
}

/** The data version of a file that does not exist is requested. */
export class MissingDataFileException extends FileStorageException {
  override readonly name: string = "MissingDataFileException";
  override readonly code: ErrorCode = "MISSING_DATA_FILE";
}
