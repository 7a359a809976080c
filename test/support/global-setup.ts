import { accessSync, constants, mkdtempSync, readdirSync, realpathSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const VARIABLES = ["TMPDIR", "TEMP", "TMP"]; // the first is POSIX's, the others are Windows'

/** A file system in memory, on Linux. */
const MEMORY = "/dev/shm";
/** In containers it often has 64 MiB, which is too little for files of the tests. */
const MIN_MEMORY_BYTES = 8 * 2 ** 30;

/**
 * Where the tests have their files: in memory where there is enough of it, since they make and replace files by the ten
 * thousands, for which some disks take milliseconds each; else, and where TMPDIR is set, the system's temporary folder.
 */
function parentFolder(): string {
  if (process.env["TMPDIR"] === undefined) {
    try {
      const { bavail, bsize } = statfsSync(MEMORY);
      accessSync(MEMORY, constants.W_OK);
      if (bavail * bsize >= MIN_MEMORY_BYTES) return MEMORY;
    } catch {
      // There is none.
    }
  }
  // On some systems the temporary folder is a symbolic link.
  return realpathSync(tmpdir());
}

/**
 * Gives a run of the tests its own temporary folder, which is removed at the end
 * in any case; a run that left anything in it fails.
 */
export default function setup(): () => void {
  const before = VARIABLES.map((name) => [name, process.env[name]] as const);
  const folder = mkdtempSync(join(parentFolder(), "tvb-tests-"));
  for (const name of VARIABLES) process.env[name] = folder;
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  // A run that is killed does not reach its teardown.
  process.once("exit", remove);
  process.once("SIGTERM", () => process.exit(143));
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    const left = readdirSync(folder);
    remove();
    if (left.length > 0) {
      process.exitCode = 1; // Vitest only prints errors of a teardown, and passes.
      throw new Error(
        `the tests left ${left.length} in the temporary folder, which must be empty after them ` +
          `(temporaryFolder of test/support/temporary-folder.ts cleans up): ${left.join(", ")}`,
      );
    }
  };
}
