export type { AsyncDisposableLike } from "./async-disposable.js";
export { type ReplaceOptions, replaceFile, replaceFileWith } from "./atomic-replace.js";
export {
  type BlobLike,
  blobFile,
  type HttpAnswer,
  type HttpFetch,
  type HttpFileOptions,
  httpFile,
  type SyncAccessHandleLike,
  syncAccessFile,
} from "./byte-sources.js";
export { throwIfAborted } from "./cancellation.js";
export type { OptionRule } from "./check-argument.js";
export {
  checkCallOptions,
  type OptionRules,
  optionRule,
  optionRules,
} from "./check-call-options.js";
export { checkPath } from "./check-path.js";
export { DateTime } from "./date-time.js";
export { defaultFileSystem } from "./default-file-system.js";
export { fileException } from "./file-exception.js";
export type {
  AsyncFileSystem,
  FileHandle,
  FileSystem,
  RawStats,
  SyncFileStats,
  SyncFileSystem,
  SyncStats,
} from "./file-system.js";
export type { Logger } from "./logger.js";
export type { LongOptions, Progress } from "./long-options.js";
export { memoryFileSystem } from "./memory-file-system.js";
export { nameInError } from "./name-in-error.js";
export { nextTurn } from "./next-turn.js";
export type { NodeReadable, NodeWritable } from "./node-stream.js";
export {
  type FileSlot,
  fileLocks,
  type OpenFile,
  type PathSpace,
  withFile,
  withFilesReleased,
} from "./open-files.js";
export { type FolderEntry, folderEntries, type PathStats, pathStats } from "./path-stats.js";
export type { Durability } from "./port/commit.js";
export type { FileGuard } from "./port/data-file.js";
export type { AsyncFileBytes } from "./port/fetched-port.js";
export type { FileBytes, FilePort } from "./port/file-port.js";
export { JournaledPort, type JournaledPortOptions } from "./port/journaled-port.js";
export { PlainPort } from "./port/plain-port.js";
export { ReadPort, type ReadPortOptions } from "./port/read-port.js";
export type { RecoveryOutcome } from "./port/recovery.js";
export { acquireWriterLock, WriterLock, type WriterLockOptions } from "./port/writer-lock.js";
export { quoted } from "./quoted.js";
export { reportProgress } from "./report-progress.js";
export { resolvePath } from "./resolve-path.js";
export { systemErrorCode } from "./system-error.js";
export { decodeText, encodeText, hasEscapedBytes } from "./text.js";
export type { XmlInput, XmlMetadata } from "./xml-types.js";
