import { FileStructureException } from "@tvb-storage/errors";
import { nearestName } from "./nearest-names.js";
import { quoted } from "./quoted.js";
import { readArgument } from "./read-argument.js";
import { z } from "./zod.js";

/** What an option may be: in words, as behind "must be", and as a schema. */
export interface OptionRule {
  readonly expected: string;
  /** What a value that it cannot be is called in messages, where that is more than its kind. */
  readonly nameOf?: (value: unknown) => string | undefined;
  readonly schema: z.ZodType;
}

/** A rule for each option that there is. */
export type OptionRules<O> = { readonly [K in keyof O]-?: OptionRule };

/** A rule that a function decides. */
export function optionRule(expected: string, accepts: (value: unknown) => boolean): OptionRule {
  return { expected, schema: z.custom(accepts) };
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The own properties of an object, without a prototype: what someone put on Object.prototype is no option. */
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

/** The rules that several calls share. */
export const optionRules = {
  syncFileSystem: fileSystemRule((value) => hasMethod(value, "openSync")),
  fileSystem: fileSystemRule(
    (value) => hasMethod(value, "openSync") && hasMethod((value as { promises?: unknown }).promises, "open"), // an object, by the first half
  ),
  anything: { expected: "anything", schema: z.unknown() },
  boolean: { expected: "true or false", schema: z.boolean() },
  text: { expected: "a text", schema: z.string() },
  list: { expected: "a list", schema: z.array(z.unknown()) },
  object: optionRule("an object", isObject),
  function: optionRule("a function", (value) => typeof value === "function"),
  // Structural, so that a signal of another realm or a polyfill passes.
  signal: optionRule("an AbortSignal", (value) => isObject(value) && "aborted" in value),
  whole: { expected: "a whole number", schema: z.int() },
  wholeFrom0: { expected: "a whole number of at least 0", schema: z.int().min(0) },
  wholeFrom1: { expected: "a whole number of at least 1", schema: z.int().min(1) },
  // Infinity is such a number, which zod's own number is not; NaN is none.
  atLeast0: optionRule("a number of at least 0", (value) => typeof value === "number" && value >= 0),
  atLeast1: optionRule("a number of at least 1", (value) => typeof value === "number" && value >= 1),
} as const satisfies Record<string, OptionRule>;

/** Of the rules of each call: making one costs more than using it. */
const schemas = new WeakMap<object, z.ZodType>();

type RulesByName = Readonly<Record<string, OptionRule>>;

function schemaOf(rules: RulesByName): z.ZodType {
  let schema = schemas.get(rules);
  if (schema === undefined) {
    const options = Object.entries(rules).map(([name, rule]) => [name, rule.schema.optional()] as const);
    schema = z.strictObject(Object.fromEntries(options));
    schemas.set(rules, schema);
  }
  return schema;
}

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
      `the options of ${call} must be an object with any of ${namesOf(rules)}; found ${quoted(given)}`,
    );
  const byName: RulesByName = rules as RulesByName; // every property of them is a rule
  const error = readArgument(`the options of ${call}`, () => schemaOf(byName).safeParse(own).error);
  if (error === undefined) return own as Partial<O>; // by the schema of its options
  throw new FileStructureException(messageOf(error, own as Record<string, unknown>, byName, call), {
    cause: error,
  });
}

function namesOf(rules: object): string {
  return Object.keys(rules).join(", ");
}

/** What is wrong first, in our own words. */
function messageOf(
  error: z.ZodError,
  given: Readonly<Record<string, unknown>>,
  rules: RulesByName,
  call: string,
): string {
  const unknown = error.issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
  const strange = unknown.find((name) => !Object.hasOwn(rules, name));
  if (strange !== undefined) {
    const meant = nearestName(strange, Object.keys(rules));
    const hint = meant === undefined ? "; it has" : `; did you mean ${meant}? It has`;
    return `${call} has no option ${quoted(strange)}${hint} ${namesOf(rules)}`;
  }
  const name = String(error.issues[0]?.path[0]);
  const rule = rules[name];
  return `the option ${name} of ${call} must be ${rule?.expected}; found ${rule?.nameOf?.(given[name]) ?? quoted(given[name])}`;
}
