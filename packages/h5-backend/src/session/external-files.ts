import { FileStorageException } from "@tvb-storage/errors";
import type { FilePort } from "@tvb-storage/files";
import { ReadPort, type SyncFileSystem, systemErrorCode } from "@tvb-storage/files";
import { baseName, errorMessage, GrowingPort, joinPath, parentOf } from "@tvb-storage/files/internal";
import type { SiblingFiles } from "../engine/mount.js";
import { H5Handle } from "./h5-handle.js";
import { refuseLocked } from "./other-programs.js";
import { portForReading } from "./port-for-reading.js";

/** From file to file, at most; HDF5's default for links is 16 too. */
const MAX_HOPS = 16;

/**
 * The files that one refers to, opened for reading as of their last commit:
 * those of external links as handles of their own, those of external raw storage
 * and virtual datasets as ports for HDF5. Relative names are looked up from the
 * directory of the file that has them; of an absolute name only the last part,
 * in that directory too.
 */
export class ExternalFiles {
  readonly #fs: SyncFileSystem;
  readonly #ignoreLocks: boolean;
  readonly #ports = new Map<string, ReadPort>();
  readonly #handles = new Map<string, H5Handle>();

  constructor(fs: SyncFileSystem, ignoreLocks: boolean) {
    this.#fs = fs;
    this.#ignoreLocks = ignoreLocks;
  }

  /** The siblings of the file at `path`, for HDF5. */
  siblingsOf(path: string): SiblingFiles {
    return { path, find: (name) => this.#find(name) };
  }

  #find(path: string): FilePort | "directory" | undefined {
    try {
      const stats = this.#fs.statSync(path);
      if (stats.isDirectory()) return "directory";
      return stats.isFile() ? this.#port(path) : undefined;
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === "ENOENT" || code === "ENOTDIR") return undefined;
      throw error;
    }
  }

  #port(path: string): ReadPort {
    const known = this.#ports.get(path);
    if (known !== undefined) return known;
    const port = ReadPort.open(this.#fs, path);
    // Closed with the others, also where it is refused.
    this.#ports.set(path, port);
    if (!this.#ignoreLocks) refuseLocked(this.#fs, path, port.stats, "read");
    return port;
  }

  /**
   * Where an external link in the file at `from` leads.
   *
   * @throws FileStorageException the file cannot be opened, or too many links lead from file to file.
   */
  handle(
    from: string,
    link: { readonly name: string; readonly file: string; readonly path: string },
    hops: number,
  ): H5Handle {
    const what = `${from}: "${link.name}" is an external link to ${link.path} in ${link.file}`;
    if (hops > MAX_HOPS)
      throw new FileStorageException(`${what}; links lead from file to file more than ${MAX_HOPS} times`);
    const path = siblingPath(from, link.file);
    const known = this.#handles.get(path);
    if (known !== undefined) return known;
    try {
      const readPort = portForReading(this.#port(path), path, this.#ignoreLocks);
      const mode = readPort instanceof GrowingPort ? "read growing" : "read";
      const handle = new H5Handle(readPort, path, { mode });
      handle.external = this;
      this.#handles.set(path, handle);
      return handle;
    } catch (error) {
      throw new FileStorageException(`${what}, which cannot be opened: ${errorMessage(error)}`, {
        cause: error,
      });
    }
  }

  /** Whether all that was read of these files is still their last commit. */
  isCurrent(): boolean {
    return [...this.#ports.values()].every((port) => port.isCurrent());
  }

  /** Whether what was read of each file is of one commit. */
  validate(): boolean {
    return [...this.#ports.values()].every((port) => port.validate());
  }

  close(): void {
    for (const handle of this.#handles.values()) handle.abandon();
    for (const port of this.#ports.values()) port.close();
    this.#handles.clear();
    this.#ports.clear();
  }
}

/** A file named in another, from that one's directory. */
function siblingPath(from: string, name: string): string {
  const isAbsolute = name.startsWith("/") || /^[A-Za-z]:/.test(name);
  return joinPath(parentOf(from), isAbsolute ? baseName(name) : name);
}
