import { errorMessage } from "@tvb-storage/core";
import { FileStorageException, isTVBException, type TVBException } from "@tvb-storage/errors";

/** The same exception, with what it was about in front of its message; another error as a FileStorageException. */
export function nameInError(error: unknown, about: string): TVBException {
  if (!isTVBException(error))
    return new FileStorageException(`${about}: ${errorMessage(error)}`, { cause: error });
  // Every class of @tvb-storage/errors is made from a message and options.
  const Same = error.constructor as new (message: string, options: { cause: unknown }) => TVBException;
  return new Same(`${about}: ${error.message}`, { cause: error.cause ?? error });
}
