import * as z from "zod";

export { z };

/**
 * Runs `work` while `Object.prototype` shows no property: those that a careless library put there become enumerable
 * again at once. One that cannot be configured stays.
 */
function withPlainObjects(work: () => void): void {
  const shown = Object.entries(Object.getOwnPropertyDescriptors(Object.prototype)).filter(
    ([, { enumerable, configurable }]) => enumerable === true && configurable === true,
  );
  const show = (enumerable: boolean) => {
    for (const [name] of shown) Object.defineProperty(Object.prototype, name, { enumerable });
  };
  show(false);
  try {
    work();
  } finally {
    show(true);
  }
}

// With the first schema of a kind zod makes the methods of all, in a loop that an enumerable property of
// Object.prototype ends with a TypeError, for good. So there is one of each kind that is used here before others are made.
withPlainObjects(() => {
  const compression = z.preprocess((value) => value, z.strictObject({ gzip: z.int().min(0).max(9) }));
  z.strictObject({
    compression: z.union([z.literal("gzip"), compression]).optional(),
    lists: z.array(z.unknown()),
    names: z.enum(["a"]),
    others: z.custom(() => true),
    switches: z.boolean(),
    texts: z.string().min(1),
  });
});
