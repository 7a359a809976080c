import nodeFs from "node:fs";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import type { FileHandle, FileSystem, SyncFileSystem } from "../src/file-system.js";
import { syncDirectory, syncDirectorySync } from "../src/sync-directory.js";

const folder = temporaryFolder("sync-directory");

/** A file system that fails with `code` in one call. */
function failing(call: "open" | "sync", code: string): FileSystem & SyncFileSystem {
  const fail = (): never => {
    throw Object.assign(new Error(code), { code });
  };
  const failAsync = async (): Promise<never> => fail();
  const handle = { datasync: failAsync, close: async () => undefined } as unknown as FileHandle; // all that is used
  return {
    ...nodeFs,
    ...(call === "open" ? { openSync: fail } : { fsyncSync: fail }),
    promises: { ...nodeFs.promises, open: call === "open" ? failAsync : async () => handle },
  };
}

it("syncs a directory", async () => {
  syncDirectorySync(nodeFs, folder());
  await syncDirectory(nodeFs, folder());
});

it.each(["EISDIR", "EINVAL", "EPERM", "EACCES", "EBADF", "ENOTSUP", "ENOENT"])(
  "does nothing where the system answers %s",
  async (code) => {
    for (const call of ["open", "sync"] as const) {
      syncDirectorySync(failing(call, code), folder());
      await syncDirectory(failing(call, code), folder());
    }
  },
);

it.each(["EIO", "ENOSPC", "EMFILE"])("throws %s", async (code) => {
  for (const call of ["open", "sync"] as const) {
    expect(() => syncDirectorySync(failing(call, code), folder())).toThrow(code);
    await expect(syncDirectory(failing(call, code), folder())).rejects.toThrow(code);
  }
});
