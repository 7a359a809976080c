import type { FilePort } from "../../../files/src/port/file-port.js";

/** A file in memory, for tests that damage or edit one. */
export class MemoryPort implements FilePort {
  reads = 0;
  writes = 0;

  constructor(public bytes: Uint8Array) {}

  get size(): number {
    return this.bytes.length;
  }

  read(target: Uint8Array, position: number): number {
    this.reads += 1;
    const part = this.bytes.subarray(position, position + target.length);
    target.set(part);
    return part.length;
  }

  write(data: Uint8Array, position: number): void {
    this.writes += 1;
    if (position + data.length > this.bytes.length) this.truncate(position + data.length);
    this.bytes.set(data, position);
  }

  truncate(length: number): void {
    const bytes = new Uint8Array(length);
    bytes.set(this.bytes.subarray(0, length));
    this.bytes = bytes;
  }
}
