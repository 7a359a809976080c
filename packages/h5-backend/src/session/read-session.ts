import { nameInError, type OpenFile, type SyncFileSystem } from "@tvb-storage/core";
import type { Engine } from "../engine/engine.js";
import { ReadPort } from "../port/read-port.js";
import { FileView } from "./file-view.js";
import { OutsideFiles } from "./outside-files.js";
import { readablePort } from "./readable-port.js";

export interface ReadOptions {
  /** Reads can be validated though the file changes: see `ReadPort`. */
  readonly careful: boolean;
  /** Content in other files is read too. */
  readonly follow: boolean;
}

/** A file open for reading, as of the last commit. */
export class ReadSession implements OpenFile {
  readonly view: FileView;
  readonly #port: ReadPort;

  private constructor(port: ReadPort, view: FileView) {
    this.#port = port;
    this.view = view;
  }

  /** Whether content in other files is read too. */
  get follows(): boolean {
    return this.view.outside !== undefined;
  }

  /**
   * @throws FileStructureException missing, a folder, without permission, not HDF5.
   */
  static open(engine: Engine, fs: SyncFileSystem, path: string, options: ReadOptions): ReadSession {
    const port = ReadPort.open(fs, path, options.careful ? { careful: true } : {});
    try {
      const view = new FileView(engine, readablePort(port, path), path, "read", () => port.settle());
      if (options.follow) view.outside = new OutsideFiles(engine, fs);
      return new ReadSession(port, view);
    } catch (error) {
      port.close();
      throw nameInError(error, path);
    }
  }

  /** Whether a session that was kept open still shows the last commit. */
  isCurrent(): boolean {
    return this.#port.isCurrent() && this.view.outside?.isCurrent() !== false;
  }

  /** Whether everything read since the session opened is of one commit. */
  validate(): boolean {
    return this.#port.validate() && this.view.outside?.validate() !== false;
  }

  close(): void {
    this.view.abandon();
    this.view.outside?.close();
    this.#port.close();
  }

  async release(): Promise<void> {
    this.close();
  }
}
