import { FileStorageException } from "@tvb-storage/errors";

/** An object was not the version that it should have been: another writer has been there. */
export class StoreConflict extends FileStorageException {
  constructor(label: string, key: string) {
    super(`${key} of ${label} was changed by another writer meanwhile; repeat the call`);
  }
}

/**
 * As `StoreConflict`, but the answer to the same request before was lost: so the change that was asked for may have been made
 * before the other writer's.
 */
export class UnknownOutcome extends FileStorageException {
  constructor(label: string, key: string) {
    super(
      `${key} of ${label} was changed by another writer; the answer to the change that was asked for was lost, so that ` +
        "whether that was made before is not known; look what is there and repeat the call",
    );
  }
}
