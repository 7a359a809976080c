import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errorMessage, systemErrorCode } from "../src/system-error.js";

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

describe("errorMessage", () => {
  it("is the message of any thrown value", () => {
    expect(errorMessage(new Error("no"))).toBe("no");
    expect(errorMessage("no")).toBe("no");
    expect(errorMessage(undefined)).toBe("undefined");
  });
});
