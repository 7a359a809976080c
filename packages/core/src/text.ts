import { FileStructureException } from "@tvb-storage/errors";

// A lone surrogate has no UTF-8, and would come back as U+FFFD; HDF5 ends a text at its first NUL.
const UNSTORABLE = /\0|\p{Surrogate}/u;

/**
 * Refuses text that could not be read back as it is.
 *
 * @throws FileStructureException a NUL or half of a surrogate pair; `what` says where.
 */
export function checkText(text: string, what: string): void {
  const found = UNSTORABLE.exec(text);
  if (found === null) return;
  const reason = found[0] === "\0" ? "a NUL character" : "half of a surrogate pair, which has no UTF-8";
  throw new FileStructureException(`${what} has ${reason} at position ${found.index} and cannot be stored`);
}
