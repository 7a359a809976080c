import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/**
 * A folder for the tests of one file, or of the `describe` around the call, gone after
 * them. It is made at the first call, so that tests that are skipped leave none.
 *
 * @returns the path of a file in it; of the folder itself without a name
 */
export function temporaryFolder(title = "test"): (name?: string) => string {
  let folder: string | undefined;
  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  });
  return (name = "") => {
    // Some systems reach their temporary folder by a symbolic link.
    folder ??= realpathSync(mkdtempSync(join(tmpdir(), `tvb-${title}-`)));
    return join(folder, name);
  };
}
