import { FileStructureException } from "@tvb-storage/errors";
import { expect, it } from "vitest";
import { argumentMessage, checkArgument } from "../src/check-argument.js";
import { eitherRule, optionRules } from "../src/check-call-options.js";

it("accepts what the rule accepts", () => {
  expect(checkArgument("w", "the mode", eitherRule("r", "w"))).toBeUndefined();
  expect(checkArgument(0, "the id", optionRules.wholeFrom0)).toBeUndefined();
});

it("says what was expected and what was found, in the words of options", () => {
  const check = () => checkArgument("a", "the mode", eitherRule("r", "w"));
  expect(check).toThrow(FileStructureException);
  expect(check).toThrow(/^the mode must be "r" or "w"; found "a"$/);
  expect(argumentMessage("the option level of open", "a whole number", "1.5")).toBe(
    "the option level of open must be a whole number; found 1.5",
  );
});

it("describes a wrong value by the rule's own words", () => {
  const rule = { ...optionRules.list, nameOf: (value: unknown) => (value === "x" ? "one path" : undefined) };
  expect(() => checkArgument("x", "the paths", rule)).toThrow("the paths must be a list; found one path");
  expect(() => checkArgument(5, "the paths", rule)).toThrow("the paths must be a list; found 5");
});

it("throws no error of the language where the value cannot be inspected", () => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  expect(() => checkArgument(proxy, "the paths", optionRules.list)).toThrow(FileStructureException);
});
