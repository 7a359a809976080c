import { type ErrorCode, TVBException } from "./tvb-exception.js";

/** Base of the problems with versions and formats. */
export class FileVersioningException extends TVBException {
  override readonly name: string = "FileVersioningException";
  override readonly code: ErrorCode = "FILE_VERSIONING";
}

/** Not this manager's format, no version attribute, or a dataset updated with another shape or type. */
export class IncompatibleFileManagerException extends FileVersioningException {
  override readonly name: string = "IncompatibleFileManagerException";
  override readonly code: ErrorCode = "INCOMPATIBLE_FILE_MANAGER";
}
