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
