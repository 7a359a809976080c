import { FileStructureException, isTVBException } from "@tvb-storage/errors";
import { errorMessage } from "./system-error.js";

/**
 * The result of `read` on a value from a caller, whose getters or traps may throw.
 *
 * @throws FileStructureException it cannot be read; `what` names it.
 */
export function readArgument<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isTVBException(error)) throw error;
    throw new FileStructureException(`${what} cannot be read: ${errorMessage(error)}`, { cause: error });
  }
}
