import { clearWritingFlag, readSuperblock } from "../format/index.js";
import type { FilePort } from "../port/file-port.js";
import { PatchedPort } from "./patched-port.js";

/**
 * The port with which HDF5 reads a file: HDF5 refuses a file that says of itself
 * to be open for writing, as it does when its writer died.
 *
 * @throws FileStructureException it is no HDF5 file.
 */
export function readablePort(port: FilePort, path: string): FilePort {
  const { consistencyFlags } = readSuperblock(port, path);
  if (consistencyFlags === 0) return port;
  const patched = new PatchedPort(port);
  clearWritingFlag(patched, path);
  return patched;
}
