import { describe, expect, it } from "vitest";
import { checkText } from "../src/index.js";
import { structureError } from "./thrown.js";

describe("checkText", () => {
  it.each(["", "a", "naïve ☃", "𝄞 and 👩‍🔬", "\u0001\n\t\ufffd\uffff"])("takes %j", (text) => {
    expect(() => checkText(text, "it")).not.toThrow();
  });

  it.each([
    ["a\0b", "the label has a NUL character at position 1"],
    ["ab\ud834", "the label has half of a surrogate pair, which has no UTF-8 at position 2"],
    ["\udd1e\ud834", "surrogate"],
  ])("refuses %j", (text, message) => {
    expect(structureError(() => checkText(text, "the label")).message).toContain(message);
  });
});
