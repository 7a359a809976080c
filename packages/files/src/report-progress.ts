import { FileStorageException } from "@tvb-storage/errors";
import type { Progress } from "./long-options.js";
import { errorMessage } from "./system-error.js";

/**
 * Reports to a listener how far a call is; `what` names what is not done where the listener throws.
 *
 * @throws FileStorageException the listener threw, be it an error of ours, of the system's, or none; it is the cause.
 */
export function reportProgress(
  onProgress: Progress | undefined,
  done: number,
  total: number,
  what?: string,
): void {
  try {
    onProgress?.(done, total);
  } catch (error) {
    const prefix = what === undefined ? "" : `${what}: `;
    throw new FileStorageException(`${prefix}its onProgress threw: ${errorMessage(error)}`, { cause: error });
  }
}
