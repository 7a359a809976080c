import { expect, it } from "vitest";
import { shortestText } from "../src/text/float-digits.js";

// What numpy prints: str(numpy.float32(x)), in JavaScript's form.
it.each([
  [0.1, "0.1"],
  [1 / 3, "0.33333334"],
  [16777216, "16777216"],
  [2 ** -126, "1.1754944e-38"],
  [2 ** -149, "1e-45"],
  [2 ** 90, "1.2379401e+27"],
  [3.4028234663852886e38, "3.4028235e+38"],
  [9.999999974752427e-7, "0.000001"],
  [-0, "-0"],
  [Number.NaN, "NaN"],
])("writes the float32 %d with the digits that it needs", (x, text) => {
  expect(shortestText(Math.fround(x))).toBe(text);
});
