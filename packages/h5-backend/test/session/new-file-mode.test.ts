import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { describeWith, posix } from "../../../../test/support/judges.js";
import { HDF5StorageManager } from "../../src/index.js";

const folder = nodeFs.mkdtempSync(join(tmpdir(), "mode-"));
afterAll(() => nodeFs.rmSync(folder, { recursive: true }));

describeWith(posix)("the mode of a new file", () => {
  it.each([
    { umask: 0o022, mode: undefined, expected: 0o744 },
    { umask: 0o077, mode: undefined, expected: 0o700 },
    { umask: 0o000, mode: undefined, expected: 0o744 },
    { umask: 0o177, mode: undefined, expected: 0o600 },
    { umask: 0o022, mode: 0o664, expected: 0o644 },
    { umask: 0o002, mode: 0o664, expected: 0o664 },
    { umask: 0o077, mode: 0o666, expected: 0o600 },
  ])("is fileMode less the umask: %o", async ({ umask, mode, expected }) => {
    const path = join(folder, `${umask}-${mode}.h5`);
    const before = process.umask(umask);
    try {
      await new HDF5StorageManager(path, mode === undefined ? {} : { fileMode: mode }).storeData([1], "x");
    } finally {
      process.umask(before);
    }
    expect(nodeFs.statSync(path).mode & 0o777).toBe(expected);
  });
});
