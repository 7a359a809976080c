import type { Slice } from "@tvb-storage/core";
import fc from "fast-check";
import { METADATA_ONLY } from "./model.js";
import type { ModelArray, ModelType, Operation } from "./operation.js";

/** Few names, so that calls use the same nodes; some are groups of others, some have a common prefix. */
const dataPaths = ["a", "ab", "g/a", "g/b", "g/h/c"];
/** Groups too, and a dataset's name with something beneath it. */
const anyPaths = [...dataPaths, "g", "g/h", "a/x"];
/** Nodes that metadata is set on. */
const metadataPaths = ["a", "g/a", "g", METADATA_ONLY];

const entryOf: Readonly<Record<ModelType, fc.Arbitrary<number | string>>> = {
  int32: fc.integer({ min: -1000, max: 1000 }),
  float64: fc
    .oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(0.5, -2.25, 1e10))
    .map((value) => value + 0),
  string: fc.constantFrom("", "x", "left", "naïve ☃"),
};

function arrays(
  types: readonly ModelType[],
  shapes: readonly (readonly number[])[],
): fc.Arbitrary<ModelArray> {
  return fc
    .record({ dtype: fc.constantFrom(...types), shape: fc.constantFrom(...shapes) })
    .chain(({ dtype, shape }) => {
      const length = shape.reduce((product, axis) => product * axis, 1);
      return fc
        .array(entryOf[dtype], { minLength: length, maxLength: length })
        .map((entries) => ({ dtype, shape, entries }));
    });
}

const slices: fc.Arbitrary<Slice> = fc.record({
  start: fc.constantFrom(null, 0, 1, 2, -1, -2),
  stop: fc.constantFrom(null, 0, 1, 3, -1, 100),
  step: fc.constantFrom(1, 1, 2, 3),
});

/** One call; `types` are the dtypes that the backend stores, `offers` the calls that it supports. */
export function arbitraryOperation(
  types: readonly ModelType[],
  offers: { readonly appending: boolean; readonly removal: boolean },
): fc.Arbitrary<Operation> {
  const dataPath = fc.constantFrom(...dataPaths);
  const anyPath = fc.constantFrom(...anyPaths);
  const metadataPath = fc.constantFrom(...metadataPaths);
  const key = fc.constantFrom("k", "unit");
  const stored = arrays(types, [[2], [3], [2, 2], [], [0]]);
  const rows = arrays(types, [[1], [2], [1, 2], [2, 2], [0, 2]]);
  const calls: fc.WeightedArbitrary<Operation>[] = [
    {
      weight: 4,
      arbitrary: fc.record({ call: fc.constant("store" as const), path: anyPath, array: stored }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        call: fc.constant("read" as const),
        path: anyPath,
        selection: fc.array(fc.oneof(fc.constant(null), fc.integer({ min: -3, max: 3 }), slices), {
          maxLength: 2,
        }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ call: fc.constant("shape" as const), path: anyPath }) },
    {
      weight: 1,
      arbitrary: fc.record({
        call: fc.constant("stream" as const),
        path: dataPath,
        blockBytes: fc.constantFrom(8, 16, 24, 1000),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ call: "list" as const }) },
    {
      weight: 2,
      arbitrary: fc.record({
        call: fc.constant("setMetadata" as const),
        path: metadataPath,
        key,
        value: fc.constantFrom<string | number | boolean>("mV", 5, -0.5, true, false, ""),
      }),
    },
    { weight: 2, arbitrary: fc.record({ call: fc.constant("getMetadata" as const), path: metadataPath }) },
    {
      weight: 1,
      arbitrary: fc.record({ call: fc.constant("removeMetadata" as const), path: metadataPath, key }),
    },
    { weight: 2, arbitrary: fc.constant({ call: "close" as const }) },
  ];
  if (offers.removal)
    calls.push({ weight: 2, arbitrary: fc.record({ call: fc.constant("remove" as const), path: anyPath }) });
  if (offers.appending)
    calls.push({
      weight: 6,
      arbitrary: fc.record({
        call: fc.constant("append" as const),
        path: dataPath,
        array: rows,
        closeFile: fc.boolean(),
      }),
    });
  return fc.oneof(...calls);
}
