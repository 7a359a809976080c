import { FileStructureException } from "@tvb-storage/errors";
import { DATA_TYPES, isDataType } from "./data-type.js";
import {
  abortSignal,
  callback,
  filledText,
  isWholeFrom,
  type OptionRule,
  type OptionRules,
  positive,
  shownValue,
  text,
  trueOrFalse,
  wholeNumber,
} from "./option-rules.js";
import type {
  AppendOptions,
  GetOptions,
  MetadataOptions,
  MetadataReadOptions,
  NodeOptions,
  RemoveMetadataOptions,
  StoreOptions,
  StreamOptions,
} from "./storage-manager.js";

// The options of every method, checked once for all backends. An unknown key is
// refused: a misspelled option that is ignored loses what it was meant to do.

const dtype: OptionRule = { expected: `one of ${DATA_TYPES.join(", ")}`, accepts: isDataType };
/** Its entries are checked by resolveSelection, whose messages know the dataset. */
const selection: OptionRule = { expected: "an array", accepts: Array.isArray };

const node: OptionRules<NodeOptions> = { where: text };
const layout = {
  dtype,
  chunks: {
    expected: "an array of whole numbers from 1",
    accepts: (value) => Array.isArray(value) && value.every((length) => isWholeFrom(1, length)),
  },
  compression: { expected: '"gzip" or { gzip: 0 to 9 }', accepts: isCompression },
  stringLength: positive,
} satisfies Record<string, OptionRule>;
const metadata: OptionRules<MetadataOptions> = { ...node, tvbSpecificMetadata: trueOrFalse };
const part = { ...node, selection, field: filledText, signal: abortSignal };

interface OptionsByMethod {
  node: NodeOptions;
  store: StoreOptions;
  append: AppendOptions;
  get: GetOptions;
  stream: StreamOptions;
  metadata: MetadataOptions;
  readMetadata: MetadataReadOptions;
  removeMetadata: RemoveMetadataOptions;
  list: NodeOptions & { depth?: number };
}

const RULES: { readonly [K in keyof OptionsByMethod]: OptionRules<OptionsByMethod[K]> } = {
  node,
  store: { ...node, ...layout, signal: abortSignal, onProgress: callback },
  append: { ...node, ...layout, growDimension: wholeNumber, closeFile: trueOrFalse },
  get: { ...part, ignoreErrors: trueOrFalse, closeFile: trueOrFalse, onProgress: callback },
  stream: { ...part, blockBytes: positive },
  metadata,
  readMetadata: { ...node, skipUnreadable: trueOrFalse },
  removeMetadata: { ...metadata, checkExistence: trueOrFalse },
  list: {
    ...node,
    depth: {
      expected: "a whole number from 0 or Infinity",
      accepts: (value) => value === Number.POSITIVE_INFINITY || isWholeFrom(0, value),
    },
  },
};

function isCompression(value: unknown): boolean {
  if (value === "gzip") return true;
  if (typeof value !== "object" || value === null || !("gzip" in value)) return false;
  return Object.keys(value).length === 1 && isWholeFrom(0, value.gzip) && Number(value.gzip) <= 9;
}

/**
 * The options of a method, checked; an empty object where none were given.
 *
 * @throws FileStructureException an unknown option, or a value that it cannot have.
 */
export function checkOptions<K extends keyof OptionsByMethod>(
  method: K,
  options: OptionsByMethod[K] | undefined,
): OptionsByMethod[K] {
  if (options === undefined) return {};
  const rules: Readonly<Record<string, OptionRule>> = RULES[method];
  // From plain JavaScript, anything may come.
  const given: unknown = options;
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new FileStructureException(`bad options: they must be an object, not ${shownValue(given)}`);
  // Inherited ones too: they are read as well.
  for (const name in given) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) throw unknownOption(name, rules);
    const value: unknown = given[name as keyof typeof given]; // one of its names
    if (value !== undefined && !rule.accepts(value)) {
      throw new FileStructureException(
        `bad options: ${name} must be ${rule.expected}, not ${shownValue(value)}`,
      );
    }
  }
  return options;
}

function unknownOption(name: string, rules: Readonly<Record<string, OptionRule>>): Error {
  const known = Object.keys(rules).join(", ");
  return new FileStructureException(
    `bad options: there is no option ${shownValue(name)}; known are ${known}`,
  );
}
