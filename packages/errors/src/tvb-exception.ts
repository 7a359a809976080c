import { readableMessage } from "./readable-message.js";

/** What went wrong, as a constant that survives serialisation and works with two copies of this package. */
export type ErrorCode =
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

/**
 * Base of every exception that the tvb-storage packages throw.
 *
 * The message names the file and the dataset or key, what was expected and what
 * was found; the low-level error, where there is one, is the `cause`.
 */
export class TVBException extends Error {
  // Written out in each class, since a bundler may shorten the class's own name.
  override readonly name: string = "TVBException";
  /** Stable across versions; prefer it to `instanceof` where two copies of this package may meet. */
  readonly code: ErrorCode = "TVB";

  /** Very long keys, names and texts are shortened in `message`. Unlike Error's, the message is required. */
  constructor(message: string, options?: { cause?: unknown }) {
    super(readableMessage(message), options);
  }
}
