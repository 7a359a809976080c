import { FileStructureException } from "@tvb-storage/errors";
import * as z from "zod";
import { DATA_TYPES } from "./data-type.js";
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

const where = z.string().optional();
const dtype = z.enum(DATA_TYPES).optional();
const positive = z.int().positive();
// Structural, so that a signal of another realm or a polyfill passes.
const signal = z
  .custom<AbortSignal>(
    (value) => typeof value === "object" && value !== null && "aborted" in value,
    "must be an AbortSignal",
  )
  .optional();
const onProgress = z
  .custom<(done: number, total: number) => void>((value) => typeof value === "function", "must be a function")
  .optional();
// Its entries are checked by resolveSelection, whose messages know the dataset.
const selection = z
  .custom<GetOptions["selection"]>((value) => value === undefined || Array.isArray(value), "must be an array")
  .optional();

const layout = {
  chunks: z.array(positive).readonly().optional(),
  compression: z
    .union(
      [z.literal("gzip"), z.strictObject({ gzip: z.int().min(0).max(9) })],
      'must be "gzip" or { gzip: 0 to 9 }',
    )
    .optional(),
  stringLength: positive.optional(),
};

const schemas = {
  node: z.strictObject({ where }),
  store: z.strictObject({ where, dtype, ...layout, signal, onProgress }),
  append: z.strictObject({
    where,
    dtype,
    ...layout,
    growDimension: z.int().optional(),
    closeFile: z.boolean().optional(),
  }),
  get: z.strictObject({
    where,
    selection,
    field: z.string().min(1).optional(),
    ignoreErrors: z.boolean().optional(),
    closeFile: z.boolean().optional(),
    signal,
    onProgress,
  }),
  stream: z.strictObject({
    where,
    selection,
    field: z.string().min(1).optional(),
    blockBytes: positive.optional(),
    signal,
  }),
  metadata: z.strictObject({ where, tvbSpecificMetadata: z.boolean().optional() }),
  readMetadata: z.strictObject({ where, skipUnreadable: z.boolean().optional() }),
  removeMetadata: z.strictObject({
    where,
    tvbSpecificMetadata: z.boolean().optional(),
    checkExistence: z.boolean().optional(),
  }),
  list: z.strictObject({
    where,
    depth: z.union([z.int().min(0), z.literal(Number.POSITIVE_INFINITY)]).optional(),
  }),
};

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
  const { error } = schemas[method].safeParse(options);
  if (error === undefined) return options;
  throw new FileStructureException(`bad options: ${z.prettifyError(error).replaceAll("\n", " ")}`, {
    cause: error,
  });
}
