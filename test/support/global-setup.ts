import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const VARIABLES = ["TMPDIR", "TEMP", "TMP"]; // the first is POSIX's, the others are Windows'

/**
 * Gives a run of the tests its own temporary folder, which is removed at the end
 * in any case; a run that left anything in it fails.
 */
export default function setup(): () => void {
  const before = VARIABLES.map((name) => [name, process.env[name]] as const);
  // On some systems the temporary folder is a symbolic link.
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "tvb-tests-"));
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
