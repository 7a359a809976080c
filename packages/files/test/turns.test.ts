import { describe, expect, it } from "vitest";
import { concatenatedBytes } from "../src/concatenated-bytes.js";
import { Turns } from "../src/turns.js";

describe("turns", () => {
  it("let others run each time that enough bytes are spent, and not before", async () => {
    const turns = new Turns(100);
    let immediates = 0;
    const count = () => {
      immediates += 1;
      if (immediates < 3) setImmediate(count);
    };
    setImmediate(count);
    await turns.spend(60);
    expect(immediates).toBe(0);
    await turns.spend(60);
    expect(immediates).toBe(1);
    await turns.spend(99);
    expect(immediates).toBe(1);
    await turns.spend(1);
    expect(immediates).toBe(2);
  });

  it("hold up all that share them until others have run", async () => {
    const turns = new Turns(100);
    const log: string[] = [];
    setImmediate(() => log.push("others"));
    const work = async (name: string, bytes: number) => {
      await turns.spend(bytes);
      log.push(name);
    };
    await Promise.all([work("a", 100), work("b", 1), work("c", 1)]);
    expect(log).toEqual(["others", "a", "b", "c"]);
  });
});

it("pieces are one after the other in one array", () => {
  expect(concatenatedBytes([Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)])).toEqual(
    Uint8Array.of(1, 2, 3),
  );
  expect(concatenatedBytes([])).toEqual(new Uint8Array(0));
});
