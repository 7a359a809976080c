import { type ErrorCode, TVBException } from "./tvb-exception.js";

/** A migration step failed; the file is as it was before the step. */
export class FileMigrationException extends TVBException {
  override readonly name: string = "FileMigrationException";
  override readonly code: ErrorCode = "FILE_MIGRATION";
}
