import { FileStorageException } from "@tvb-storage/errors";
import type { FilePort } from "@tvb-storage/files";
import { checkGlobalHeap, StructureFile } from "@tvb-storage/hdf5/internal";

const SIGNATURE = [0x47, 0x43, 0x4f, 0x4c]; // GCOL

/**
 * Checks the global heap collections that HDF5 reads. HDF5 walks their objects by the sizes that
 * they give, and would never end where a damaged file gives one the size 0.
 *
 * @throws FileStorageException `bytes`, read at `position`, begin a collection that is damaged.
 */
export function checkHeapRead(port: FilePort, bytes: Uint8Array, position: number): void {
  if (SIGNATURE.some((byte, index) => bytes[index] !== byte)) return;
  const file = structureOf(port);
  if (file !== undefined) checkGlobalHeap(file, position - file.superblock.baseAddress);
}

/** Undefined where the file has no superblock yet, being new. */
function structureOf(port: FilePort): StructureFile | undefined {
  try {
    return new StructureFile(port);
  } catch (error) {
    if (error instanceof FileStorageException) throw error;
    return undefined;
  }
}
