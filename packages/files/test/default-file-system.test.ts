import nodeFs from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { defaultFileSystem } from "../src/default-file-system.js";

describe("defaultFileSystem", () => {
  it("is the disk", () => {
    expect(defaultFileSystem()).toBe(nodeFs);
  });

  it("says what to pass where there is none", async () => {
    vi.doMock("#platform", () => import("../src/platform.browser.js"));
    vi.resetModules();
    const browser = await import("../src/default-file-system.js");
    expect(() => browser.defaultFileSystem()).toThrow(
      expect.objectContaining({
        code: "FILE_STRUCTURE",
        message: expect.stringContaining("memoryFileSystem()"),
      }),
    );
    vi.doUnmock("#platform");
  });
});
