import { type BackendCapabilities, DATA_TYPES, type DataType } from "@tvb-storage/core";
import { cancelled, metadataSteps, replacements, streams } from "./directed-calls.js";
import { appended, blockSources, conversions, selected, stored, texts } from "./directed-data.js";
import type { Step } from "./operation.js";

// Sequences that are not left to chance: every type, every option, every kind of change during a stream.

export interface DirectedSequence {
  readonly name: string;
  /** What a backend must store for it. */
  readonly dtypes?: readonly DataType[];
  readonly appends?: boolean;
  readonly removes?: boolean;
  readonly steps: (supports: BackendCapabilities) => readonly Step[];
}

/** Two types to store, of which neither is for booleans only; one of them twice where there is no other. */
function twoTypes({ dtypes }: BackendCapabilities): readonly [main: DataType, other: DataType] {
  const [first = "string", second = first] = ["float64" as const, ...dtypes].filter(
    (dtype, i, all) => dtypes.includes(dtype) && dtype !== "bool" && all.indexOf(dtype) === i,
  );
  return [first, second];
}

const SELECTED: readonly (readonly number[])[] = [[], [5], [3, 5], [3, 3, 5]];

/** Every sequence, with what a backend must offer for it. */
export const DIRECTED_SEQUENCES: readonly DirectedSequence[] = [
  ...DATA_TYPES.flatMap((dtype): DirectedSequence[] => {
    const dtypes = [dtype];
    return [
      {
        name: `${dtype}: hard values of 0 to 5 axes, stored and overwritten`,
        dtypes,
        steps: () => stored(dtype),
      },
      {
        name: `${dtype}: hard values, appended along each axis`,
        dtypes,
        appends: true,
        steps: (supports) => appended(dtype, supports),
      },
      {
        name: `${dtype}: selections and streams over several chunks`,
        dtypes,
        steps: () => SELECTED.flatMap((shape) => selected(dtype, shape)),
      },
      {
        name: `${dtype}: what converts into other types, and what is refused`,
        dtypes,
        steps: (supports) => conversions(dtype, supports),
      },
      {
        name: `${dtype}: block by block, also from a source that fails`,
        dtypes,
        steps: () => blockSources(dtype),
      },
    ];
  }),
  { name: "selections of 5 axes", steps: (supports) => selected(twoTypes(supports)[0], [3, 3, 3, 3, 3]) },
  { name: "a stream whose dataset changes", steps: (supports) => streams(supports, ...twoTypes(supports)) },
  {
    name: "a stream of complex numbers whose dataset changes",
    dtypes: ["complex64"],
    steps: (supports) => streams(supports, "complex64", twoTypes(supports)[0]),
  },
  { name: "metadata of every kind, on groups, datasets and the root", steps: () => metadataSteps() },
  {
    name: "what is removed leaves nothing to what comes at its path",
    removes: true,
    steps: (supports) => replacements(supports, ...twoTypes(supports)),
  },
  {
    name: "calls that are cancelled, and listeners that throw",
    steps: (supports) => cancelled(twoTypes(supports)[0]),
  },
  { name: "texts of fixed length, and of two megabytes", dtypes: ["string"], steps: texts },
];
