import { FileStorageException } from "@tvb-storage/errors";
import type { OpenFile } from "@tvb-storage/files";

/**
 * What a file's slot holds while blocks are stored there, which may take as long as their source
 * needs. The last commit can be read meanwhile (also by the source itself); calls that change the
 * file wait until it is `over`.
 */
export class StoreInProgress implements OpenFile {
  readonly kind = "storing";
  readonly over: Promise<void>;
  finish: () => void = () => undefined;

  constructor(readonly label: string) {
    this.over = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  /** Refuses: to wait here could be a deadlock, where the source reads the file that is being moved. */
  async release(): Promise<void> {
    throw new FileStorageException(`blocks are being stored in ${this.label}; wait until storeData is done`);
  }
}
