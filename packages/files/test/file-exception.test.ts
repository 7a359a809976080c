import { FileStorageException, FileStructureException, MissingDataSetException } from "@tvb-storage/errors";
import { describe, expect, test } from "vitest";
import { fileException } from "../src/file-exception.js";

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: syscall failed`), { code });
}

describe("fileException", () => {
  test("a wrong path is a FileStructureException that says why in words, with the errno and the cause", () => {
    const cause = systemError("EACCES");
    const error = fileException(cause, "cannot read /data/x.h5");
    expect(error).toBeInstanceOf(FileStructureException);
    expect(error.message).toBe("cannot read /data/x.h5: no permission (EACCES)");
    expect(error.cause).toBe(cause);
  });

  test("a full or broken disk and too many open files are a FileStorageException", () => {
    for (const code of ["ENOSPC", "EDQUOT", "EIO", "EMFILE", "ENFILE"])
      expect(fileException(systemError(code), "cannot write /x")).toBeInstanceOf(FileStorageException);
    expect(fileException(systemError("ENOSPC"), "cannot write /x").message).toBe(
      "cannot write /x: no space left on the disk (ENOSPC)",
    );
  });

  test("an errno without words and a value that is no error keep their own message", () => {
    expect(fileException(systemError("EXDEV"), "cannot move /x").message).toBe(
      "cannot move /x: EXDEV: syscall failed",
    );
    expect(fileException("odd", "cannot move /x").message).toBe("cannot move /x: odd");
  });

  test("where the folder of the path is the reason, it says so and what to do", () => {
    const at = { path: "/data/none/x.h5", fs: { existsSync: (path: string) => path !== "/data/none" } };
    const missing = systemError("ENOENT");
    expect(fileException(missing, "cannot lock it", { ...at, creates: true }).message).toBe(
      "cannot lock it: there is no folder /data/none; create it first (ENOENT)",
    );
    expect(fileException(missing, "cannot read it", at).message).toBe(
      "cannot read it: there is no folder /data/none (ENOENT)",
    );
    expect(fileException(missing, "cannot read it", { ...at, path: "/data/x.h5" }).message).toBe(
      "cannot read it: no such file or folder (ENOENT)",
    );
    expect(fileException(systemError("EROFS"), "cannot lock it", { ...at, creates: true }).message).toBe(
      "cannot lock it: the folder /data/none must be writable, since files are made in it: the disk is read-only (EROFS)",
    );
    expect(fileException(systemError("EACCES"), "cannot read it", at).message).toBe(
      "cannot read it: no permission (EACCES)",
    );
  });

  test("an exception of ours is returned unchanged", () => {
    const error = new MissingDataSetException("no dataset a");
    expect(fileException(error, "cannot read /x")).toBe(error);
  });
});
