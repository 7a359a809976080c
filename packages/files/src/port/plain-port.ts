import { fileException } from "../file-exception.js";
import type { SyncFileStats, SyncFileSystem } from "../file-system.js";
import { closeQuietly, readAllSync, writeAllSync } from "../read-write.js";
import type { FilePort } from "./file-port.js";

/** Reads and writes go straight to the file, without journal or lock. */
export class PlainPort implements FilePort {
  #size: number;
  /** The stats of the file when it was opened. */
  readonly opened: SyncFileStats;

  private constructor(
    private readonly fs: SyncFileSystem,
    readonly fd: number,
  ) {
    this.opened = fs.fstatSync(fd);
    this.#size = this.opened.size;
  }

  /** `flags` as of `openSync`: `"r"`, `"r+"`, `"w+"`. Throws FileStructureException or FileStorageException. */
  static open(fs: SyncFileSystem, path: string, flags: string): PlainPort {
    try {
      return new PlainPort(fs, fs.openSync(path, flags));
    } catch (error) {
      throw fileException(error, `cannot open ${path}`, { fs, path, creates: flags.startsWith("w") });
    }
  }

  get size(): number {
    return this.#size;
  }

  read(target: Uint8Array, position: number): number {
    return readAllSync(this.fs, this.fd, target, position);
  }

  write(data: Uint8Array, position: number): void {
    writeAllSync(this.fs, this.fd, data, position);
    this.#size = Math.max(this.#size, position + data.length);
  }

  truncate(length: number): void {
    this.fs.ftruncateSync(this.fd, length);
    this.#size = length;
  }

  /** Waits until the content is on the medium. Throws what the file system throws. */
  sync(): void {
    this.fs.fsyncSync(this.fd);
  }

  close(): void {
    closeQuietly(this.fs, this.fd);
  }
}
