import fc from "fast-check";
import { expect, test } from "vitest";
import { itWith, plainPython } from "../../../test/support/judges.js";
import { jsonText } from "../src/json-text.js";
import { python } from "./python.js";

test("numbers, text and nesting are written as Python's json.dumps writes them", () => {
  expect(jsonText({ a: [1, 2.5, -0], "b c": null }, "k")).toBe('{"a": [1, 2.5, -0.0], "b c": null}');
  expect(jsonText(['\u0001"\\/', "é"], "k")).toBe('["\\u0001\\"\\\\/", "\\u00e9"]');
});

test("the path to a value that cannot be written is named", () => {
  expect(() => jsonText({ a: [{ b: Symbol("s") }] }, "the key")).toThrow(
    /^the key\.a\[0\]\.b: symbol cannot/,
  );
});

itWith(plainPython)("is what json.dumps writes, for values of every shape", () => {
  // Floats are tested in python-number.test.ts; here, JavaScript cannot tell 1.0 from 1.
  const values = fc.sample(
    fc.json({ noUnicodeString: false, depthSize: "medium" }).map((text) => JSON.parse(text) as unknown),
    { seed: 2, numRuns: 150 },
  );
  const whole = JSON.parse(
    JSON.stringify(values, (_key, value) =>
      typeof value === "number" && !Number.isSafeInteger(value) ? 1 : (value as unknown),
    ),
  ) as unknown[];
  expect(whole.map((value) => jsonText(value, "k"))).toEqual(
    python("result = [json.dumps(value) for value in data]", whole),
  );
});
