import { FileStructureException } from "@tvb-storage/errors";
import { argumentMessage, checkArgument, type OptionRule } from "./check-argument.js";
import type { LongOptions } from "./long-options.js";
import { nearestName } from "./nearest-names.js";
import { quoted } from "./quoted.js";
import { readArgument } from "./read-argument.js";

/** A rule for each option. */
export type OptionRules<O> = { readonly [K in keyof O]-?: OptionRule };

// @__NO_SIDE_EFFECTS__
export function optionRule(expected: string, accepts: (value: unknown) => boolean): OptionRule {
  return { expected, accepts };
}

/** One of two words. */
export function eitherRule(one: string, other: string): OptionRule {
  return optionRule(`"${one}" or "${other}"`, (value) => value === one || value === other);
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The own properties of an object, without a prototype: what is on Object.prototype is no option. */
export function ownProperties<T>(given: T): T {
  return isObject(given) ? Object.assign(Object.create(null), given) : given;
}

const hasMethod = (value: unknown, name: string): boolean =>
  isObject(value) && name in value && typeof (value as Record<string, unknown>)[name] === "function"; // read to see what it is

/** A file system by one of its calls: which of them a user has in hand shows in that. */
function fileSystemRule(accepts: (value: unknown) => boolean): OptionRule {
  return {
    ...optionRule("a file system such as node:fs, memfs or core's memoryFileSystem()", accepts),
    nameOf: (value) =>
      hasMethod(value, "readFile") && !hasMethod(value, "openSync")
        ? "one of promises (node:fs/promises?): give node:fs itself"
        : undefined,
  };
}

const wholeFrom = (min: number) => (value: unknown) => Number.isSafeInteger(value) && Number(value) >= min;

/** The rules that several calls share. */
export const optionRules = {
  syncFileSystem: fileSystemRule((value) => hasMethod(value, "openSync")),
  fileSystem: fileSystemRule(
    (value) => hasMethod(value, "openSync") && hasMethod((value as { promises?: unknown }).promises, "open"), // an object, by the first half
  ),
  anything: optionRule("anything", () => true),
  boolean: optionRule("true or false", (value) => typeof value === "boolean"),
  text: optionRule("a text", (value) => typeof value === "string"),
  list: optionRule("a list", Array.isArray),
  object: optionRule("an object", isObject),
  function: optionRule("a function", (value) => typeof value === "function"),
  // Structural, so that a signal of another realm or a polyfill passes.
  signal: optionRule("an AbortSignal", (value) => isObject(value) && "aborted" in value),
  whole: optionRule("a whole number", Number.isSafeInteger),
  wholeFrom0: optionRule("a whole number of at least 0", wholeFrom(0)),
  wholeFrom1: optionRule("a whole number of at least 1", wholeFrom(1)),
  // Infinity is such a number; NaN is none.
  atLeast0: optionRule("a number of at least 0", (value) => typeof value === "number" && value >= 0),
  atLeast1: optionRule("a number of at least 1", (value) => typeof value === "number" && value >= 1),
} as const satisfies Record<string, OptionRule>;

/** The options of every call that may take long. */
export const longOptionRules: OptionRules<LongOptions> = {
  signal: optionRules.signal,
  onProgress: optionRules.function,
};

type RulesByName = Readonly<Record<string, OptionRule>>;

/**
 * The options that a caller gave, checked: a copy, so that they may be changed
 * afterwards, of the own properties. An unknown one is refused, because a
 * misspelled option that is ignored loses what it was meant to do.
 *
 * @param rules One object for all calls.
 * @param call What takes the options, for the message: `"storeData"`.
 * @throws FileStructureException no object, an unknown option, or a value that it cannot have.
 */
export function checkCallOptions<O extends object>(
  given: O | undefined,
  rules: OptionRules<O>,
  call: string,
): Partial<O> {
  const own = readArgument(`the options of ${call}`, () => ownProperties(given === undefined ? {} : given));
  if (!isObject(own))
    throw new FileStructureException(
      argumentMessage(`the options of ${call}`, `an object with any of ${namesOf(rules)}`, quoted(given)),
    );
  const found = own as Record<string, unknown>; // an object, so its properties can be read
  const byName: RulesByName = rules as RulesByName; // every property of them is a rule
  const names = Object.keys(found);
  const unknown = names.find((name) => !Object.hasOwn(byName, name));
  if (unknown !== undefined)
    throw new FileStructureException(unknownOption(unknown, Object.keys(byName), call));
  // Those that were given, which are fewer than the rules.
  for (const name of names) {
    const rule = byName[name];
    if (rule !== undefined && found[name] !== undefined)
      checkArgument(found[name], `the option ${name} of ${call}`, rule);
  }
  return own as Partial<O>; // by the rules of its options
}

function namesOf(rules: object): string {
  return Object.keys(rules).join(", ");
}

function unknownOption(name: string, known: readonly string[], call: string): string {
  const meant = nearestName(name, known);
  const hint = meant === undefined ? "; it has" : `; did you mean ${meant}? It has`;
  return `${call} has no option ${quoted(name)}${hint} ${known.join(", ")}`;
}
