export type { Durability } from "./commit.js";
export type { FilePort } from "./file-port.js";
export { JournaledPort, type JournaledPortOptions } from "./journaled-port.js";
export { PlainPort } from "./plain-port.js";
export { ReadPort, type ReadPortOptions } from "./read-port.js";
export type { RecoveryOutcome } from "./recovery.js";
export { journalPathOf, partialPathOf } from "./side-files.js";
export { acquireWriterLock, type WriterLock, type WriterLockOptions } from "./writer-lock.js";
