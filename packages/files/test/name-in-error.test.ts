import {
  TVBException as Base,
  FileStructureException,
  MissingDataSetException,
  type TVBException,
} from "@tvb-storage/errors";
import { describe, expect, it } from "vitest";
import { nameInError } from "../src/name-in-error.js";

describe("nameInError", () => {
  it("puts the names in front, and keeps class and cause", () => {
    const cause = new Error("low level");
    const error = nameInError(
      new MissingDataSetException("no such dataset", { cause }),
      "/p/x.h5",
      "/weights",
    );
    expect(error).toBeInstanceOf(MissingDataSetException);
    expect(error).toMatchObject({
      name: "MissingDataSetException",
      code: "MISSING_DATASET",
      message: "/p/x.h5, /weights: no such dataset",
      cause,
    });
  });

  it("adds only what the message does not contain yet", () => {
    const error = new FileStructureException("/p/x.h5 has no group");
    expect(nameInError(error, "/p/x.h5", "")).toBe(error);
    const named = nameInError(error, "/p/x.h5", "/a") as TVBException; // one of ours stays one
    expect(named.message).toBe("/a: /p/x.h5 has no group");
    expect(named.cause).toBe(error);
  });

  it.each([
    ["the dataset has shape (2,)", "data", true],
    ["the data is an object", "data", true],
    ["x.h5 has no dataset /data", "data", false],
    ['there is no field in "data"', "data", false],
    ["/p/x.h5.journal is there", "/p/x.h5", true],
    ["/p/x.h5: no", "/p/x.h5", false],
    ["data.h5: no", "data.h5", false],
    ["data must be an array", "data", true],
    ["/q/p/x.h5 is no file", "p/x.h5", false],
    ["cannot read data.h5: no such file", "data.h5", false],
    ["p/x.h5 has no /a", "p/x.h5", false],
    ["cannot read mydata.h5: no such file", "data.h5", true],
    ["cannot read data.h5.journal", "data.h5", true],
    ["/p/databases is no file", "data", true],
    ["the group /data/x is there", "data", true],
  ])("to the message %j the name %s is added: %s", (message, name, isAdded) => {
    const named = nameInError(new FileStructureException(message), name);
    expect(named.message).toBe(isAdded ? `${name}: ${message}` : message);
  });

  it("leaves out what is no text, since it is no name", () => {
    const error = new FileStructureException("a dataset's name must be a text");
    expect(nameInError(error, 5, undefined, ["data"])).toBe(error);
  });

  it("converts an error of the file system to one of ours", () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    expect(nameInError(full, "/p/x.h5", "/a")).toMatchObject({
      code: "FILE_STORAGE",
      message: "/p/x.h5, /a: no space left on the disk (ENOSPC)",
      cause: full,
    });
  });

  it("converts any value that a caller's blocks or callbacks throw to one of ours", () => {
    const error = nameInError("no more", "/p/x.h5", "");
    expect(error).toBeInstanceOf(Base);
    expect(error).toMatchObject({ code: "FILE_STORAGE", message: "/p/x.h5: no more", cause: "no more" });
  });
});
