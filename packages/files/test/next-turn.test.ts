import { afterEach, describe, expect, it, vi } from "vitest";
import { nextTurn } from "../src/next-turn.js";

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

  it.each([
    ["a browser, which has no setImmediate", ["setImmediate"]],
    ["a runtime that has no MessageChannel either", ["setImmediate", "MessageChannel"]],
  ])("does so in %s", async (_, absent) => {
    for (const name of absent) vi.stubGlobal(name, undefined);
    const log: string[] = [];
    setTimeout(() => log.push("timer"), 0);
    const deadline = Date.now() + 20;
    while (Date.now() < deadline); // the timer is due
    await nextTurn();
    expect(log).toEqual(["timer"]);
  });
});
