import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeWith, plainPython } from "../../../test/support/judges.js";
import { structureError } from "../../core/test/thrown.js";
import { checkText, decodeText, encodeText, hasEscapedBytes } from "../src/text.js";

/** Bytes that are often the beginnings and the insides of characters. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc
    .array(
      fc.constantFrom(0x41, 0x80, 0xbf, 0xc3, 0xa9, 0xe2, 0x82, 0xed, 0xa0, 0xf0, 0x9d, 0xf4, 0x90, 0xff),
    )
    .map((list) => Uint8Array.from(list)),
);
/** Every form of UTF-16, lone surrogates included. */
const units = fc
  .array(fc.constantFrom("a", "é", "\ufeff", "𝄞", "\ud834", "\udc41", "\udcc3", "\udca9", "\udce9", "\udd1e"))
  .map((list) => list.join(""));

describe("checkText", () => {
  it.each([
    "",
    "a",
    "naïve ☃",
    "𝄞 and 👩‍🔬",
    "\u0001\n\t\ufffd\uffff\ufeff",
    "caf\udce9",
    "\udca9\udcc3",
    "é\udca9",
  ])("takes %j", (text) => {
    expect(() => checkText(text, () => "it")).not.toThrow();
  });

  it.each([
    ["a\0b", "the label has a NUL character at position 1"],
    ["\udce9\0", "the label has a NUL character at position 1"],
    ["ab\ud834", "the label has half of a surrogate pair, which has no UTF-8, at position 2"],
    ["\udd1e\ud834", "surrogate"],
    ["a\udc7f", "surrogate"],
    ["\udd00", "surrogate"],
    ["ab\udcc3\udca9", 'the label has escaped bytes at position 2 that would be read back as "é"'],
    ["\udce2\udc98\udc83", '"☃"'],
  ])("refuses %j", (text, message) => {
    expect(structureError(() => checkText(text, () => "the label")).message).toContain(message);
  });
});

describe("decodeText and encodeText", () => {
  it.each([
    ["", ""],
    ["636166e9", "caf\udce9"],
    ["c3a9", "é"],
    ["c3c3a9", "\udcc3é"],
    ["efbbbf78", "\ufeffx"],
    ["ff".repeat(40), "\udcff".repeat(40)],
    ["eda0b4edb49e", "\udced\udca0\udcb4\udced\udcb4\udc9e"],
    ["c080", "\udcc0\udc80"],
    ["f09d849e", "𝄞"],
    ["f4908080", "\udcf4\udc90\udc80\udc80"],
    [`${"61".repeat(40)}e282`, `${"a".repeat(40)}\udce2\udc82`],
  ])("decode %s", (hex, text) => {
    expect(decodeText(Buffer.from(hex, "hex"))).toBe(text);
    expect(Buffer.from(encodeText(text)).toString("hex")).toBe(hex);
  });

  it("keep all bytes", () => {
    fc.assert(
      fc.property(bytes, (given) => {
        const text = decodeText(given);
        expect(encodeText(text)).toEqual(given);
        expect(hasEscapedBytes(text)).toBe(!Buffer.from(Buffer.from(given).toString()).equals(given));
      }),
      { numRuns: 2000 },
    );
  });

  it("keep all texts that checkText takes, and refuse the others", () => {
    fc.assert(
      fc.property(units, (text) => {
        let isTaken = true;
        try {
          checkText(text, () => "it");
        } catch {
          isTaken = false;
        }
        if (isTaken) expect(decodeText(encodeText(text))).toBe(text);
        else structureError(() => encodeText(text));
      }),
      { numRuns: 2000 },
    );
  });
});

const script = `
import sys
for line in sys.stdin:
    text = bytes.fromhex(line.strip()).decode("utf-8", "surrogateescape")
    print(text.encode("utf-16-be", "surrogatepass").hex())
`;

describeWith(plainPython)("decodeText beside Python's surrogateescape", () => {
  it("gives the same text", () => {
    const samples = fc.sample(bytes, { numRuns: 3000, seed: 7 });
    const input = samples.map((sample) => Buffer.from(sample).toString("hex")).join("\n");
    const { stdout } = spawnSync(plainPython.command, ["-c", script], {
      input: `${input}\n`,
      encoding: "utf8",
    });
    const expected = stdout.split("\n").slice(0, -1);
    const actual = samples.map((sample) =>
      Buffer.from(decodeText(sample), "utf16le").swap16().toString("hex"),
    );
    expect(actual).toEqual(expected);
  });
});
