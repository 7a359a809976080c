import type { SyncFileSystem } from "../file-system.js";
import { readAllSync } from "../read-write.js";
import { type FilePort, readOnlyError } from "./file-port.js";

// How a file is read that a SWMR writer (single writer, multiple readers) of HDF5 appends to
// ------------------------------------------------------------------------------------------
// Such a writer has no commits. It keeps an order instead (HDF5's "flush dependencies"): a structure is written
// after those that it refers to, and the header of a dataset, which has its shape, after the index of its chunks
// and after the data. Nothing in the file is moved, and space is not used twice. So a reader that reads from the
// top down (superblock, header, index, data), each of them as it is now, finds all that the header refers to,
// or more. Every structure has a checksum; where it does not match, a write was in progress, and the reader
// begins again at the top. Therefore here
//   - nothing is cached from one read to the next,
//   - the size is that of the file now: the superblock has an older end of file,
//   - bytes without a checksum are read until two reads in a row are equal.

/** How often a read is repeated at most while the bytes change. */
const MAX_READS = 100;

function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  // A loop, since `every` takes several times as long.
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}

/** The bytes of an open file as they are now, while another program appends to it. The caller closes the descriptor. */
export class GrowingPort implements FilePort {
  constructor(
    private readonly fs: SyncFileSystem,
    private readonly fd: number,
    private readonly path: string,
  ) {}

  get size(): number {
    return this.fs.fstatSync(this.fd).size;
  }

  read(target: Uint8Array, position: number): number {
    let count = readAllSync(this.fs, this.fd, target, position);
    const again = new Uint8Array(target.length);
    for (let reads = 2; reads <= MAX_READS; reads++) {
      const countNow = readAllSync(this.fs, this.fd, again, position);
      if (countNow === count && areEqual(again, target)) break;
      target.set(again);
      count = countNow;
    }
    return count;
  }

  write(): void {
    throw readOnlyError(this.path);
  }

  truncate(): void {
    throw readOnlyError(this.path);
  }
}
