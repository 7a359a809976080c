import fc from "fast-check";
import { expect, test } from "vitest";
import { itWith, plainPython } from "../../../test/support/judges.js";
import { pythonNumber } from "../src/python-number.js";
import { python } from "./python.js";

test.each([
  [9007199254740991, "9007199254740991"],
  [9007199254740992, "9007199254740992.0"],
  [0.0001, "0.0001"],
  [0.00001234, "1.234e-05"],
  [1e15 + 0.5, "1000000000000000.5"],
  [1.5e300, "1.5e+300"],
  [5e-324, "5e-324"],
  [-2.5e-10, "-2.5e-10"],
  [Number.POSITIVE_INFINITY, "inf"],
])("%d is %s", (value, text) => {
  expect(pythonNumber(value)).toBe(text);
});

itWith(plainPython)("is what Python's str gives, for numbers of all sizes", () => {
  const numbers = fc
    .sample(fc.double({ noNaN: true, noDefaultInfinity: true }), { seed: 1, numRuns: 3000 })
    .filter((value) => !Number.isSafeInteger(value));
  expect(numbers.length).toBeGreaterThan(2000);
  const expected = python(
    "import struct\nresult = [str(struct.unpack('>d', bytes(b))[0]) for b in data]",
    numbers.map((value) => {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setFloat64(0, value);
      return [...bytes];
    }),
  );
  expect(numbers.map(pythonNumber)).toEqual(expected);
});
