import { readFileSync } from "node:fs";
import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { describe, expect, it } from "vitest";
import { errorMessage, systemCause, systemErrorCode } from "../src/system-error.js";

describe("systemErrorCode", () => {
  it("is that of a system error", () => {
    try {
      readFileSync("/missing/file");
      expect.unreachable();
    } catch (error) {
      expect(systemErrorCode(error)).toBe("ENOENT");
    }
  });

  it.each([null, undefined, "ENOENT", new Error("x"), { code: 1 }])("is none of %s", (value) => {
    expect(systemErrorCode(value)).toBeUndefined();
  });
});

describe("systemCause", () => {
  it("is that of the system error behind exceptions, however many", () => {
    const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
    const inner = new FileStorageException("inner", { cause: full });
    expect(systemCause(inner)).toBe("ENOSPC");
    expect(systemCause(new FileStructureException("outer", { cause: inner }))).toBe("ENOSPC");
  });

  it("is none where the reason is what a file holds", () => {
    const inner = new FileStorageException("damaged", { cause: new RangeError("beyond the end") });
    expect(systemCause(new FileStorageException("outer", { cause: inner }))).toBeUndefined();
    expect(systemCause(new FileStorageException("alone"))).toBeUndefined();
  });
});

describe("errorMessage", () => {
  it("is the message of any thrown value", () => {
    expect(errorMessage(new Error("no"))).toBe("no");
    expect(errorMessage("no")).toBe("no");
    expect(errorMessage(undefined)).toBe("undefined");
  });

  it("has the reason of a request that failed, which Node's fetch gives as the cause", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
    const failed = (cause?: unknown) => errorMessage(new TypeError("fetch failed", { cause }));
    expect(failed(refused)).toBe("fetch failed: connect ECONNREFUSED 127.0.0.1:1");
    expect(failed(Object.assign(new AggregateError([refused]), { code: "ECONNREFUSED" }))).toBe(
      "fetch failed: ECONNREFUSED",
    );
    expect(failed()).toBe("fetch failed");
  });
});
