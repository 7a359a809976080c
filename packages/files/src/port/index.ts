export type { Durability } from "./commit.js";
export { journalPathOf } from "./commit-record.js";
export type { FilePort } from "./file-port.js";
export { JournaledPort, type JournaledPortOptions } from "./journaled-port.js";
export { partialPathOf } from "./new-file.js";
export { PlainPort } from "./plain-port.js";
export { ReadPort, type ReadPortOptions } from "./read-port.js";
export type { RecoveryOutcome } from "./recovery.js";
export { acquireWriterLock, type WriterLock, type WriterLockOptions } from "./writer-lock.js";
