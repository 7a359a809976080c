import nodeFs from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { createMemoryFs } from "../../testkit/src/index.js";

const file = nodeFs.statSync(fileURLToPath(import.meta.url));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.runIf(process.platform === "linux")("the list of locks", () => {
  it("is waited for on another thread where nobody read it just now, but for the first time", async () => {
    vi.resetModules();
    const { foreignLock, foreignLockSoon } = await import("../src/other-programs.js");
    expect(foreignLockSoon(nodeFs)).toBeUndefined();
    expect(foreignLock(nodeFs, file)).toBeUndefined();
    expect(foreignLockSoon(nodeFs)).toBeUndefined();
    // The wait that the first call began ends some time later.
    let soon: Promise<void> | undefined;
    while (soon === undefined) {
      await pause(10);
      soon = foreignLockSoon(nodeFs);
    }
    expect(foreignLockSoon(nodeFs)).toBe(soon);
    await soon;
    expect(foreignLockSoon(nodeFs)).toBeUndefined();
    expect(foreignLock(nodeFs, file)).toBeUndefined();
  });

  it("does not count in another file system", async () => {
    const { foreignLockSoon } = await import("../src/other-programs.js");
    await pause(10);
    expect(foreignLockSoon(createMemoryFs({}))).toBeUndefined();
  });
});
