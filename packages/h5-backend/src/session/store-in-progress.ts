import { FileStorageException } from "@tvb-storage/errors";
import type { OpenFile } from "@tvb-storage/files";

/**
 * Stands in a file's slot while blocks are stored there, which may take as long
 * as their source likes. Others may read the last commit meanwhile (also the
 * source itself); who wants to change the file waits until it is `over`.
 */
export class StoreInProgress implements OpenFile {
  readonly over: Promise<void>;
  finish: () => void = () => undefined;

  constructor(readonly label: string) {
    this.over = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  /** Refuses: to wait here could be to wait for oneself, where the source reads what is being moved. */
  async release(): Promise<void> {
    throw new FileStorageException(`blocks are being stored in ${this.label}; wait until storeData is done`);
  }
}
