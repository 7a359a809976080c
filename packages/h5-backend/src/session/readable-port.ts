import { clearWritingFlag, correctBaseAddress, readSuperblock } from "../format/index.js";
import type { FilePort } from "../port/file-port.js";
import { PatchedPort } from "./patched-port.js";

/**
 * The port with which HDF5 reads a file: HDF5 refuses a file that says of itself
 * to be open for writing, as it does when its writer died, and goes by the end of
 * file that its superblock states.
 *
 * @throws FileStructureException it is no HDF5 file.
 */
export function readablePort(port: FilePort, path: string): FilePort {
  const superblock = readSuperblock(port, path);
  const hasRightBase = superblock.statedBaseAddress === superblock.baseAddress;
  if (superblock.consistencyFlags === 0 && hasRightBase) return port;
  const patched = new PatchedPort(port);
  correctBaseAddress(patched, superblock);
  clearWritingFlag(patched, path);
  return patched;
}
