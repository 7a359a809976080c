import { expect, it } from "vitest";

it("options are checked where Object.prototype had an enumerable property before zod was used, writable or not", async () => {
  const property = { value: 1, enumerable: true, writable: false, configurable: true };
  Object.defineProperty(Object.prototype, "careless", property);
  const chunks = { chunks: [1], compression: { gzip: 3 }, dtype: "int8", stringLength: 2 } as const;
  let found: unknown;
  try {
    const { checkOptions } = await import("../src/index.js");
    checkOptions("store", chunks);
    checkOptions("store", undefined);
    checkOptions("store", { chunks: [0] });
  } catch (error) {
    found = error;
  }
  const after = Object.getOwnPropertyDescriptor(Object.prototype, "careless");
  Reflect.deleteProperty(Object.prototype, "careless");
  expect(String(found)).toContain("the option chunks of storeData must be a list of whole numbers");
  expect(after).toEqual(property);
});
