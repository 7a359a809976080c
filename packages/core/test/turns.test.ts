import { describe, expect, it } from "vitest";
import { Turns } from "../src/turns.js";

describe("Turns", () => {
  it("gives a free lock at once, without a wait", () => {
    const turns = new Turns();
    expect(turns.taken).toBe(false);
    expect(turns.take()).toBeUndefined();
    expect(turns.taken).toBe(true);
    turns.release();
    expect(turns.taken).toBe(false);
  });

  it("serves those who wait in the order in which they came, and is never free in between", async () => {
    const turns = new Turns();
    turns.take();
    const log: string[] = [];
    const waits = ["a", "b", "c"].map(async (name) => {
      await turns.take();
      log.push(name);
      expect(turns.taken).toBe(true);
      turns.release();
    });
    await Promise.resolve();
    expect(log).toEqual([]);
    turns.release();
    // Somebody who comes now is not served before those who wait.
    expect(turns.taken).toBe(true);
    await Promise.all(waits);
    expect(log).toEqual(["a", "b", "c"]);
    expect(turns.taken).toBe(false);
  });
});
