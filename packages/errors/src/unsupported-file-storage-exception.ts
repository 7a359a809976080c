import { type ErrorCode, TVBException } from "./tvb-exception.js";

/** The registry has no backend of the requested name. */
export class UnsupportedFileStorageException extends TVBException {
  override readonly name: string = "UnsupportedFileStorageException";
  override readonly code: ErrorCode = "UNSUPPORTED_FILE_STORAGE";
}
