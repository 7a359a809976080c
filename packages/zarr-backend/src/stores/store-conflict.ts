import { FileStorageException } from "@tvb-storage/errors";

/** An object was not the version that it should have been: another writer has been there. */
export class StoreConflict extends FileStorageException {
  constructor(label: string, key: string) {
    super(`${key} of ${label} was changed by another writer meanwhile; repeat the call`);
  }
}
