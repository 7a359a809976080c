import { describe, expect, it } from "vitest";
import { lookup3 } from "../../src/port/checksum.js";

const hash = (text: string, initial?: number) => lookup3(new TextEncoder().encode(text), initial);

// The values that the author of lookup3 prints in the self-test of lookup3.c.
describe("lookup3", () => {
  it("is the hash that its author documents", () => {
    expect(hash("")).toBe(0xdeadbeef);
    expect(hash("", 0xdeadbeef)).toBe(0xbd5b7dde);
    expect(hash("Four score and seven years ago")).toBe(0x17770551);
    expect(hash("Four score and seven years ago", 1)).toBe(0xcd628161);
  });

  it("does not depend on where the bytes lie in their buffer", () => {
    const bytes = new TextEncoder().encode("xFour score and seven years ago");
    expect(lookup3(bytes.subarray(1))).toBe(0x17770551);
  });
});
