import { randomUUID } from "node:crypto";
import { mkdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

/**
 * A folder for the tests of one file, or of the `describe` around the call: made before
 * them and removed after them. Where all are skipped it is never made, since then no hook runs.
 *
 * @returns the path of a file in it; of the folder itself without a name
 */
export function temporaryFolder(title = "test"): (name?: string) => string {
  // On some systems the temporary folder is a symbolic link.
  const folder = join(realpathSync(tmpdir()), `tvb-${title}-${randomUUID().slice(0, 8)}`);
  beforeAll(() => {
    mkdirSync(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name = "") => join(folder, name);
}
