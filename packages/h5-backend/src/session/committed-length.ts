import { findSuperblock, readSuperblock } from "../format/index.js";
import type { FileBytes } from "../port/file-port.js";

/**
 * Where the last commit ends, by the superblock: what is beyond was left by a
 * writer that died. A file that is not HDF5 is not cut.
 */
export function committedLength(path: string): (file: FileBytes) => number {
  return (file) => (findSuperblock(file) === undefined ? file.size : readSuperblock(file, path).endOfFile);
}
