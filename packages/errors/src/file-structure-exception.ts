import { type ErrorCode, TVBException } from "./tvb-exception.js";

/**
 * The layout is wrong: a bad path or name, a missing folder, a file that cannot
 * be opened, unusable data, a missing thing to remove, a bad ZIP or XML.
 */
export class FileStructureException extends TVBException {
  override readonly name: string = "FileStructureException";
  override readonly code: ErrorCode = "FILE_STRUCTURE";
}
