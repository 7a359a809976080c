import { describe, expect, it } from "vitest";
import * as errors from "../src/index.js";

const { isTVBException } = errors;

// class, parent, code: written out from the contract, not derived from the code under test
const TABLE = [
  ["TVBException", "Error", "TVB"],
  ["FileStructureException", "TVBException", "FILE_STRUCTURE"],
  ["FileStorageException", "TVBException", "FILE_STORAGE"],
  ["MissingDataSetException", "FileStorageException", "MISSING_DATASET"],
  ["MissingDataFileException", "FileStorageException", "MISSING_DATA_FILE"],
  ["FileVersioningException", "TVBException", "FILE_VERSIONING"],
  ["IncompatibleFileManagerException", "FileVersioningException", "INCOMPATIBLE_FILE_MANAGER"],
  ["FileMigrationException", "TVBException", "FILE_MIGRATION"],
  ["UnsupportedFileStorageException", "TVBException", "UNSUPPORTED_FILE_STORAGE"],
  ["RenameWhileSyncEncryptingException", "TVBException", "RENAME_WHILE_SYNC_ENCRYPTING"],
] as const;

describe.each(TABLE)("%s", (name, parent, code) => {
  const Class = errors[name];
  const error = new Class("file /a.h5: no dataset /b", { cause: "low level" });

  it("carries its name, code, message and cause", () => {
    expect(error).toMatchObject({ name, code, message: "file /a.h5: no dataset /b", cause: "low level" });
    expect(String(error)).toBe(`${name}: file /a.h5: no dataset /b`);
  });

  it(`descends directly from ${parent}`, () => {
    expect(Object.getPrototypeOf(Class).name).toBe(parent);
    expect(error).toBeInstanceOf(errors.TVBException);
    expect(error).toBeInstanceOf(Error);
  });

  it("is recognized by its own code and its parent's", () => {
    expect(isTVBException(error)).toBe(true);
    expect(isTVBException(error, code)).toBe(true);
    if (parent !== "Error") expect(isTVBException(error, new errors[parent]("parent").code)).toBe(true);
  });
});

describe("isTVBException", () => {
  it("recognizes an exception of another copy of the package by its code", () => {
    const foreign = Object.assign(new Error("x"), { code: "MISSING_DATASET" });
    expect(isTVBException(foreign, "FILE_STORAGE")).toBe(true);
    expect(isTVBException(foreign, "FILE_STRUCTURE")).toBe(false);
  });

  it("does not take a system error or a plain value for one", () => {
    expect(isTVBException(Object.assign(new Error("x"), { code: "ENOENT" }))).toBe(false);
    expect(isTVBException(Object.assign(new Error("x"), { code: "constructor" }))).toBe(false);
    for (const value of [null, undefined, "TVB", 1, { code: "TVB" }])
      expect(isTVBException(value)).toBe(false);
  });

  it("distinguishes a parent from its child", () => {
    expect(isTVBException(new errors.FileStorageException("x"), "MISSING_DATASET")).toBe(false);
  });
});
