export { FileMigrationException } from "./file-migration-exception.js";
export {
  FileStorageException,
  MissingDataFileException,
  MissingDataSetException,
} from "./file-storage-exception.js";
export { FileStructureException } from "./file-structure-exception.js";
export { FileVersioningException, IncompatibleFileManagerException } from "./file-versioning-exception.js";
export { isTVBException } from "./is-tvb-exception.js";
export { RenameWhileSyncEncryptingException } from "./rename-while-sync-encrypting-exception.js";
export { type ErrorCode, TVBException } from "./tvb-exception.js";
export { UnsupportedFileStorageException } from "./unsupported-file-storage-exception.js";
