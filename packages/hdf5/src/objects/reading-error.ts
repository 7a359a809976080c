import { isTVBException } from "@tvb-storage/errors";
import { systemErrorCode } from "@tvb-storage/files";

/** Why something of a file cannot be read. An error of the disk says nothing of the file, and is thrown. */
export function readingError(error: unknown): string {
  if (!isTVBException(error, "FILE_STORAGE") || systemErrorCode(error.cause) !== undefined) throw error;
  return error.message;
}
