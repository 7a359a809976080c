import { ownProperties } from "@tvb-storage/files/internal";
import * as z from "zod/mini";
import { DATA_TYPES } from "./data-type.js";

// The options of a storage manager, as schemas of zod. The build bundles the parts of zod that they use
// into the package (scripts/bundle.mjs): loading all of zod would take longer than most short programs.

/** The options that are checked by schemas. */
export type OptionName = "chunks" | "compression" | "depth" | "dtype" | "field";

/**
 * Runs `work` while `Object.prototype` has no enumerable properties, and returns its result. Properties that a
 * library put there become enumerable again afterwards. One that cannot be configured stays.
 */
function withPlainObjects<T>(work: () => T): T {
  const shown = Object.entries(Object.getOwnPropertyDescriptors(Object.prototype)).filter(
    ([, { enumerable, configurable }]) => enumerable === true && configurable === true,
  );
  const show = (enumerable: boolean) => {
    for (const [name] of shown) Object.defineProperty(Object.prototype, name, { enumerable });
  };
  show(false);
  try {
    return work();
  } finally {
    show(true);
  }
}

// With the first schema of a kind zod creates the methods of all. An enumerable property of
// Object.prototype makes that fail with a TypeError, also later.
const makeSchemas = (): Readonly<Record<OptionName, z.ZodMiniType>> => ({
  chunks: z.array(z.int().check(z.gte(1))),
  compression: z.union([
    z.literal("gzip"),
    z.pipe(
      z.transform(ownProperties),
      z.strictObject({ gzip: z.int().check(z.gte(0), z.lte(9)), shuffle: z.optional(z.boolean()) }),
    ),
  ]),
  depth: z.union([z.literal(Number.POSITIVE_INFINITY), z.int().check(z.gte(0))]),
  dtype: z.enum(DATA_TYPES),
  field: z.string().check(z.minLength(1)),
});

/** Made when an option is first checked: most calls of short programs have none. */
let schemas: ReturnType<typeof makeSchemas> | undefined;

/** Whether an option may have a value. */
export function isOption(name: OptionName, value: unknown): boolean {
  schemas ??= withPlainObjects(makeSchemas);
  return schemas[name].safeParse(value).success;
}
