import type { SyncFileSystem } from "../file-system.js";
import { readAt } from "./file-io.js";
import { type FilePort, readOnlyError } from "./file-port.js";

// How a file is read that a SWMR writer (single writer, multiple readers) of HDF5 appends to
// ------------------------------------------------------------------------------------------
// Such a writer has no commits. It keeps an order instead (HDF5's "flush dependencies"): a structure is written
// after those that it refers to, and the header of a dataset, which states its shape, after the index of its chunks
// and after the data. What lies in the file is not moved, and space is not used twice. So a reader that looks from the
// top down (superblock, header, index, data), and at each of these as it is now, finds all that the header promised,
// or more. Every structure has a checksum; where it does not match, the reader came into the middle of a write, and
// reads again from the top. Therefore here
//   - nothing is kept from one read to the next,
//   - the file ends where it ends now: the superblock states an older end,
//   - bytes that are not covered by a checksum are read until two reads in a row agree.

/** A read is repeated so often where the bytes change meanwhile. */
const MAX_READS = 100;

function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  // A loop: `every` takes several times as long.
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}

/** The bytes of an open file as they are now, while another program appends to it. Its descriptor belongs to the caller. */
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
    let count = readAt(this.fs, this.fd, target, position);
    const again = new Uint8Array(target.length);
    for (let reads = 2; reads <= MAX_READS; reads++) {
      const countNow = readAt(this.fs, this.fd, again, position);
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
