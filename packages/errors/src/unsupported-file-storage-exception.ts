import { type ErrorCode, TVBException } from "./tvb-exception.js";

/** A backend is asked for by a name that the registry does not have. */
export class UnsupportedFileStorageException extends TVBException {
  override readonly name: string = "UnsupportedFileStorageException";
  override readonly code: ErrorCode = "UNSUPPORTED_FILE_STORAGE";
}
