/**
 * How the bytes of an HDF5 file are read and written, by HDF5 itself (through
 * the mount) and by our own readers and editors of the format.
 * Positions are absolute bytes from the start of the file.
 */
export interface FilePort {
  /** Length of the file as this port shows it. */
  readonly size: number;
  /** Fills `target` from `position` on; returns the bytes that were there, fewer only at the end. */
  read(target: Uint8Array, position: number): number;
  /** `read` on another thread, for long reads; undefined where there is none. `target` must not be used before it is done. */
  readonly readElsewhere?: ReadElsewhere | undefined;
  /** Writes all of `data`, or throws. Growing leaves zeros in a gap. */
  write(data: Uint8Array, position: number): void;
  /** Cuts or extends with zeros. */
  truncate(length: number): void;
}

export type ReadElsewhere = (target: Uint8Array, position: number) => Promise<number>;

/** A file that is only read. */
export type FileBytes = Pick<FilePort, "size" | "read">;

/** The error of a write to a port that only reads. */
export function readOnlyError(path: string): Error {
  return Object.assign(new Error(`EROFS: ${path} is open for reading`), { code: "EROFS" });
}
