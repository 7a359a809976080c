import { afterEach, describe, expect, it, vi } from "vitest";
import { nextTurn } from "../src/index.js";

afterEach(() => vi.unstubAllGlobals());

describe("nextTurn", () => {
  it("lets timers and other promises run first", async () => {
    const log: string[] = [];
    setTimeout(() => log.push("timer"), 0);
    const deadline = Date.now() + 20;
    while (Date.now() < deadline); // the timer is due
    void Promise.resolve().then(() => log.push("promise"));
    await nextTurn();
    await nextTurn();
    expect(log).toEqual(["promise", "timer"]);
  });

  it("does so where there is no setImmediate", async () => {
    vi.stubGlobal("setImmediate", undefined);
    vi.resetModules();
    const browser = await import("../src/next-turn.js");
    const log: string[] = [];
    setTimeout(() => log.push("timer"), 0);
    await browser.nextTurn();
    expect(log).toEqual(["timer"]);
  });
});
