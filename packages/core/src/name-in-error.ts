import { FileStorageException, isTVBException, type TVBException } from "@tvb-storage/errors";
import { fileException } from "./file-exception.js";
import { shortened } from "./quoted.js";
import { errorMessage, systemErrorCode } from "./system-error.js";

/**
 * The same exception, its message naming the file and the node (or key) that
 * the call was about, where it does not yet. An error of the file system comes
 * back as `fileException` has it, any other (thrown by a caller's own blocks or
 * callbacks) as a FileStorageException with it as the cause.
 */
export function nameInError(error: unknown, ...about: readonly string[]): Error {
  const message = errorMessage(error);
  const names = about.filter((name) => name !== "").map((name) => shortened(name));
  if (!isTVBException(error)) {
    const what = names.join(", ");
    if (systemErrorCode(error) !== undefined) return fileException(error, what);
    return new FileStorageException(`${what}: ${message}`, { cause: error });
  }
  const missing = names.filter((name) => !message.includes(name));
  if (missing.length === 0) return error;
  // Every class of @tvb-storage/errors is made from a message and options.
  const Same = error.constructor as new (message: string, options: { cause: unknown }) => TVBException;
  return new Same(`${missing.join(", ")}: ${message}`, { cause: error.cause ?? error });
}
