import fc from "fast-check";
import { it } from "vitest";
import { temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { checkFile } from "./byte-texts.js";

const file = temporaryFolder();

/** Texts without a NUL, by their bytes; a name has no slash either and is none of ".". */
const bytes = fc
  .array(
    fc.oneof(
      fc.integer({ min: 1, max: 255 }),
      fc.constantFrom(0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xed, 0xa0, 0xef, 0xbb, 0xbf, 0xf0, 0x9f),
    ),
    { maxLength: 12 },
  )
  .map((list) => Buffer.from(list));
const someTexts = fc
  .array(bytes, { minLength: 1, maxLength: 12 })
  .filter((texts) => texts.some((text) => text.length > 0))
  .map((texts) => texts.map((text) => text.toString("hex")));
const someNames = fc
  .uniqueArray(
    bytes.filter(
      (name) => name.length > 0 && !name.includes(0x2f) && !/^\.{1,2}$/.test(name.toString("latin1")),
    ),
    { minLength: 1, maxLength: 12, selector: (name) => name.toString("hex") },
  )
  .map((names) => names.map((name) => name.toString("hex")));

describeWith(h5py)("texts that are any bytes", () => {
  it("are read as h5py reads them and written back as they were", { timeout: 600_000 }, async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(someTexts, someNames, (texts, names) => {
        count += 1;
        return checkFile(file(`any-${count}.h5`), texts, names);
      }),
      { numRuns: 100, seed: 11 },
    );
  });
});
