import { checkCallOptions, type OptionRule, type OptionRules, optionRules } from "@tvb-storage/files";
import { ownProperties } from "@tvb-storage/files/internal";
import { DATA_TYPES } from "./data-type.js";
import { SELECTION_EXAMPLE } from "./selection.js";
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
import { z } from "./zod.js";

// The options of every method, checked once for all backends.

/** A rule that a schema decides. */
function schemaRule(expected: string, schema: z.ZodType): OptionRule {
  return { expected, accepts: (value) => schema.safeParse(value).success };
}

const { boolean, text, signal, whole, wholeFrom1 } = optionRules;
const onProgress = optionRules.function;
const dtype = schemaRule(`one of ${DATA_TYPES.join(", ")}`, z.enum(DATA_TYPES));
const field = schemaRule('the name of a field, such as "x" or "a.b"', z.string().min(1));

const layout = {
  chunks: schemaRule("a list of whole numbers of at least 1, one for each axis", z.array(z.int().min(1))),
  compression: schemaRule(
    '"gzip" or { gzip: 0 to 9 }',
    z.union([
      z.literal("gzip"),
      z.preprocess(ownProperties, z.strictObject({ gzip: z.int().min(0).max(9) })),
    ]),
  ),
  stringLength: wholeFrom1,
} as const satisfies Record<string, OptionRule>;

/** The options of each method of a `StorageManager`. */
export interface OptionsByMethod {
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

const where = text;
// The entries of a selection are checked by resolveSelection, whose messages know the dataset.
const selection: OptionRule = {
  ...optionRules.list,
  expected: `a list with an entry for each axis, ${SELECTION_EXAMPLE}`,
};
const rules: { readonly [K in keyof OptionsByMethod]: OptionRules<OptionsByMethod[K]> } = {
  node: { where },
  store: { where, dtype, ...layout, signal, onProgress },
  append: { where, dtype, ...layout, growDimension: whole, closeFile: boolean },
  get: { where, selection, field, ignoreErrors: boolean, closeFile: boolean, signal, onProgress },
  stream: { where, selection, field, blockBytes: wholeFrom1, signal },
  metadata: { where, tvbSpecificMetadata: boolean },
  readMetadata: { where, skipUnreadable: boolean },
  removeMetadata: { where, tvbSpecificMetadata: boolean, checkExistence: boolean },
  list: {
    where,
    depth: schemaRule(
      "a whole number of at least 0, or Infinity",
      z.union([z.literal(Number.POSITIVE_INFINITY), z.int().min(0)]),
    ),
  },
};

const CALLS: Readonly<Record<keyof OptionsByMethod, string>> = {
  node: "this call",
  store: "storeData",
  append: "appendData",
  get: "getData",
  stream: "streamData",
  metadata: "setMetadata",
  readMetadata: "getMetadata",
  removeMetadata: "removeMetadata",
  list: "listNodes",
};

/**
 * The options of a method, checked: a copy of their own properties, empty where none were given.
 *
 * @throws FileStructureException an unknown option, or a value that it cannot have.
 */
export function checkOptions<K extends keyof OptionsByMethod>(
  method: K,
  options: OptionsByMethod[K] | undefined,
): OptionsByMethod[K] {
  const checked = checkCallOptions<OptionsByMethod[K]>(options, rules[method], CALLS[method]);
  return checked as OptionsByMethod[K]; // all options of all methods may be left out
}
