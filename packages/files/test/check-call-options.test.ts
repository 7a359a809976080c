import { FileStructureException } from "@tvb-storage/errors";
import { describe, expect, it } from "vitest";
import {
  checkCallOptions,
  longOptionRules,
  type OptionRules,
  optionRule,
  optionRules,
} from "../src/check-call-options.js";
import type { LongOptions } from "../src/long-options.js";

interface Options extends LongOptions {
  level?: number;
  name?: string;
}

const RULES: OptionRules<Options> = {
  ...longOptionRules,
  level: optionRule("a number from 0 to 9", (value) => Number(value) >= 0 && Number(value) <= 9),
  name: optionRules.text,
};
const check = (given: unknown) => checkCallOptions(given as Options | undefined, RULES, "pack");

describe("the options of a call", () => {
  it("are copied, and may be left out", () => {
    const given = { level: 5, name: undefined };
    const checked = check(given);
    given.level = 6;
    expect({ ...checked }).toEqual({ level: 5, name: undefined });
    expect({ ...check(undefined) }).toEqual({});
  });

  it.each([
    ["a misspelled one", { levle: 1 }, 'pack has no option "levle"; did you mean level? It has signal,'],
    ["an unknown one", { compression: 1 }, 'pack has no option "compression"; it has signal, onProgress,'],
    ["a value that it cannot have", { level: 10 }, "the option level of pack must be a number from 0 to 9"],
    ["a signal that is none", { signal: {} }, "the option signal of pack must be an AbortSignal"],
    ["a list", [], "the options of pack must be an object with any of signal, onProgress, level, name"],
    ["null", null, "the options of pack must be an object with any of"],
  ])("are refused with %s", (_what, given, message) => {
    expect(() => check(given)).toThrow(FileStructureException);
    expect(() => check(given)).toThrow(message);
  });

  it("are own properties only", () => {
    const inherited = Object.create({ levle: 1 });
    inherited.level = 2;
    expect(check(inherited).level).toBe(2);
    expect(check({}).constructor).toBeUndefined();
  });

  it("are refused with a clear message where a getter throws", () => {
    const given = {
      get level(): number {
        throw new TypeError("no");
      },
    };
    expect(() => check(given)).toThrow(FileStructureException);
    expect(() => check(given)).toThrow("the options of pack cannot be read: no");
  });
});

describe("a file system", () => {
  it("is not `fs.promises`, and the message says what to pass", async () => {
    const promises = await import("node:fs/promises");
    const rules: OptionRules<{ fs?: unknown }> = { fs: optionRules.fileSystem };
    expect(() => checkCallOptions({ fs: promises }, rules, "open")).toThrow(
      "found one of promises (node:fs/promises?): give node:fs itself",
    );
  });
});
