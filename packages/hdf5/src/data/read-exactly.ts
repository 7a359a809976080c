import { FileStorageException } from "@tvb-storage/errors";
import type { StructureFile } from "../headers/structure-file.js";

/**
 * Fills `target` with the bytes of the file from a position on.
 *
 * @throws FileStorageException the file ends before.
 */
export function readExactly(file: StructureFile, target: Uint8Array, position: number, what: string): void {
  const count = file.port.read(target, position);
  file.bytesRead += count;
  if (count === target.length) return;
  throw new FileStorageException(
    `${what} is cut short: of ${target.length} bytes at ${position} only ${count} are in the file`,
  );
}
