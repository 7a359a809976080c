import { fileException } from "../file-exception.js";
import type { SyncFileStats, SyncFileSystem } from "../file-system.js";
import { closeQuietly } from "../read-write.js";
import { systemErrorCode } from "../system-error.js";
import { PAYLOAD_START } from "./commit-record.js";
import { CommittedJournal } from "./committed-journal.js";
import { removePartial } from "./new-file.js";

/**
 * What a dead writer left:
 * - `"clean"`: nothing.
 * - `"applied"`: a complete commit, which is in the file now.
 * - `"discarded"`: parts of a commit; the file is as of the commit before.
 * - `"stale"`: a complete commit, but another program has changed or replaced the file since; not applied.
 */
export type RecoveryOutcome = "clean" | "applied" | "discarded" | "stale";

/**
 * Finishes the commit in the journal of the file at `path`. The journal itself
 * stays: the caller, who has the lock, ends the commit by removing it. It can be
 * interrupted and done again. `guard` is called before anything is written to the
 * file, and throws where another program has it open.
 *
 * Throws FileStorageException or FileStructureException where the file or the
 * journal cannot be read or written.
 */
export function recoverFile(
  fs: SyncFileSystem,
  path: string,
  journalPath: string,
  guard?: (file: SyncFileStats) => void,
): RecoveryOutcome {
  try {
    const journalFd = fs.openSync(journalPath, "r");
    try {
      const journal = CommittedJournal.read(fs, journalFd);
      if (journal !== undefined) return finish(fs, path, journal, guard);
      const created = removePartial(fs, path);
      if (created !== "clean") return created;
      return fs.fstatSync(journalFd).size > PAYLOAD_START ? "discarded" : "clean";
    } finally {
      closeQuietly(fs, journalFd);
    }
  } catch (error) {
    throw fileException(error, `cannot finish the interrupted commit of ${path}`);
  }
}

function finish(
  fs: SyncFileSystem,
  path: string,
  journal: CommittedJournal,
  guard: ((file: SyncFileStats) => void) | undefined,
): RecoveryOutcome {
  let fd: number;
  try {
    fd = fs.openSync(path, "r+");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return "stale";
    throw error;
  }
  try {
    if (!journal.belongsTo(fd)) return "stale";
    guard?.(fs.fstatSync(fd));
    journal.applyTo(fd);
    // The journal is removed next: its bytes must be durable in the file before.
    if (journal.record.synced) fs.fsyncSync(fd);
  } finally {
    closeQuietly(fs, fd);
  }
  return "applied";
}
