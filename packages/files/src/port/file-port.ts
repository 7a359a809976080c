/**
 * The one way by which bytes of an HDF5 file are read and written, for HDF5
 * itself (through the mount) and for our own readers and editors of the format.
 * Positions are absolute bytes from the start of the file.
 */
export interface FilePort {
  /** Bytes of the file as this port shows it. */
  readonly size: number;
  /** Fills `target` from `position` on; returns the bytes that were there, fewer only at the end. */
  read(target: Uint8Array, position: number): number;
  /** Writes all of `data`, or throws. Growing leaves zeros in a gap. */
  write(data: Uint8Array, position: number): void;
  /** Cuts or extends with zeros. */
  truncate(length: number): void;
}

/** A file that is only looked at. */
export type FileBytes = Pick<FilePort, "size" | "read">;

/** What a port throws that is for reading only. */
export function readOnlyError(path: string): Error {
  return Object.assign(new Error(`EROFS: ${path} is open for reading`), { code: "EROFS" });
}
