import { fileException } from "../file-exception.js";
import type { SyncFileStats, SyncFileSystem } from "../file-system.js";
import { systemErrorCode } from "../system-error.js";
import { PAYLOAD_START } from "./commit-record.js";
import { CommittedJournal } from "./committed-journal.js";
import { closeQuietly } from "./file-io.js";
import { removePartial } from "./new-file.js";

/**
 * What a writer that died had left:
 * - `"clean"`: nothing that was to be done.
 * - `"applied"`: a decided commit, which is in the file now.
 * - `"discarded"`: parts of a commit that was not decided; the file is as of the commit before.
 * - `"stale"`: a decided commit, but of a file that another program has changed or replaced since; not applied.
 */
export type RecoveryOutcome = "clean" | "applied" | "discarded" | "stale";

/**
 * Finishes the commit in the journal of the file at `path`. The journal itself
 * stays: its removal, by whoever has the lock and called this, ends the commit.
 * When cut short it can be done again. `guard` is asked before anything is written to
 * the file, and throws where another program has it.
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
    // The journal is about to go: what it promised must be in the file first.
    if (journal.record.synced) fs.fsyncSync(fd);
  } finally {
    closeQuietly(fs, fd);
  }
  return "applied";
}
