import { nameInError, type OpenFile, type SyncFileSystem } from "@tvb-storage/core";
import type { Engine } from "../engine/engine.js";
import { clearWritingFlag, readSuperblock } from "../format/index.js";
import type { FilePort } from "../port/file-port.js";
import { ReadPort } from "../port/read-port.js";
import { FileView } from "./file-view.js";
import { PatchedPort } from "./patched-port.js";

/** A file open for reading, as of the last commit. */
export class ReadSession implements OpenFile {
  readonly view: FileView;
  readonly #port: ReadPort;

  private constructor(port: ReadPort, view: FileView) {
    this.#port = port;
    this.view = view;
  }

  /**
   * @throws FileStructureException missing, a folder, without permission, not HDF5.
   */
  static open(engine: Engine, fs: SyncFileSystem, path: string, careful: boolean): ReadSession {
    const port = ReadPort.open(fs, path, careful ? { careful } : {});
    try {
      return new ReadSession(
        port,
        new FileView(engine, readablePort(port, path), path, "read", () => port.settle()),
      );
    } catch (error) {
      port.close();
      throw nameInError(error, path);
    }
  }

  /** Whether a session that was kept open still shows the last commit. */
  isCurrent(): boolean {
    return this.#port.isCurrent();
  }

  /** Whether everything read since the session opened is of one commit. */
  validate(): boolean {
    return this.#port.validate();
  }

  close(): void {
    this.view.abandon();
    this.#port.close();
  }

  async release(): Promise<void> {
    this.close();
  }
}

/** HDF5 refuses a file that says of itself to be open for writing, as it does when its writer died. */
function readablePort(port: ReadPort, path: string): FilePort {
  const { consistencyFlags } = readSuperblock(port, path);
  if (consistencyFlags === 0) return port;
  const patched = new PatchedPort(port);
  clearWritingFlag(patched, path);
  return patched;
}
