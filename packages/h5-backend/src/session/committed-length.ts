import type { FileBytes } from "@tvb-storage/files";
import { findSuperblock, readSuperblock, writingMark } from "@tvb-storage/hdf5/internal";
import { refuseMarked } from "./other-programs.js";

/**
 * Where the last commit ends, by the superblock: what is beyond was left by a writer of ours that
 * died. A file that is not HDF5 is not cut, and neither is one with the mark of another program:
 * the superblock does not say how much that has written.
 *
 * @throws FileStorageException the file has such a mark, and `ignoreMarks` is not set.
 */
export function committedLength(
  path: string,
  { ignoreMarks }: { ignoreMarks: boolean },
): (file: FileBytes) => number {
  return (file) => {
    if (findSuperblock(file) === undefined) return file.size;
    const superblock = readSuperblock(file, path);
    if (!ignoreMarks) refuseMarked(path, superblock, "change");
    return writingMark(superblock) === undefined ? superblock.endOfFile : file.size;
  };
}
