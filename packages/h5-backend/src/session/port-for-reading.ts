import type { FilePort, ReadPort } from "@tvb-storage/files";
import { adoptUnclosed, correctBaseAddress, readSuperblock, writingMark } from "@tvb-storage/hdf5/internal";
import { refuseMarked } from "./other-programs.js";
import { PatchedPort } from "./patched-port.js";

/**
 * The port with which a file is read. A file with the mark of a SWMR writer may grow. HDF5 goes by the end of file that the
 * superblock states, which may have to be corrected, and refuses a file that is
 * marked as open for writing.
 *
 * @throws FileStructureException it is no HDF5 file.
 * @throws FileStorageException it has the mark of a writer that does not let others read, and `ignoreLocks` is not set.
 */
export function portForReading(port: ReadPort, path: string, ignoreLocks: boolean): FilePort {
  const superblock = readSuperblock(port, path);
  if (!ignoreLocks) refuseMarked(path, superblock, "read");
  if (writingMark(superblock) === "swmr") return port.growing();
  const hasRightBase = superblock.statedBaseAddress === superblock.baseAddress;
  if (writingMark(superblock) === undefined && hasRightBase) return port;
  const patched = new PatchedPort(port);
  if (writingMark(superblock) === undefined) correctBaseAddress(patched, superblock);
  else adoptUnclosed(patched, superblock);
  return patched;
}
