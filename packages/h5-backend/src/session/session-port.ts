import type { FilePort } from "@tvb-storage/files";

/** The port of a file that outlives its transactions: HDF5 keeps the file open by it from one to the next. */
export class SessionPort implements FilePort {
  constructor(public transaction: FilePort) {}

  get size(): number {
    return this.transaction.size;
  }

  read(target: Uint8Array, position: number): number {
    return this.transaction.read(target, position);
  }

  write(data: Uint8Array, position: number): void {
    this.transaction.write(data, position);
  }

  truncate(length: number): void {
    this.transaction.truncate(length);
  }
}
