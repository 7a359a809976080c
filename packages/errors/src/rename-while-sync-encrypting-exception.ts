import { type ErrorCode, TVBException } from "./tvb-exception.js";

/** A project is renamed while its encryption sync runs. */
export class RenameWhileSyncEncryptingException extends TVBException {
  override readonly name: string = "RenameWhileSyncEncryptingException";
  override readonly code: ErrorCode = "RENAME_WHILE_SYNC_ENCRYPTING";
}
