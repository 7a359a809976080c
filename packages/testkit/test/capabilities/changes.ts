import { type BackendCapabilities, DATA_TYPES, type DataType } from "@tvb-storage/core";

/** A capability that is changed, and what to. */
export interface Change {
  readonly of: keyof BackendCapabilities;
  readonly what: string;
  readonly supports: Partial<BackendCapabilities>;
}

function changes<K extends keyof BackendCapabilities>(of: K, ...values: BackendCapabilities[K][]): Change[] {
  return values.map((value) => ({ of, what: `${of}: ${JSON.stringify(value)}`, supports: { [of]: value } }));
}

const typesThat = (are: (dtype: DataType) => boolean): DataType[] => DATA_TYPES.filter(are);

/** All that can be taken away from the reference backend, or said of it, one by one. */
export const CHANGES: readonly Change[] = [
  ...changes("dtypes", ...DATA_TYPES.map((dtype) => [dtype])),
  ...changes(
    "dtypes",
    typesThat((dtype) => !dtype.startsWith("float")),
    typesThat((dtype) => dtype !== "float64"),
    typesThat((dtype) => dtype !== "string"),
    typesThat((dtype) => dtype.startsWith("int")),
    typesThat((dtype) => dtype.startsWith("float")),
    typesThat((dtype) => dtype.startsWith("complex")),
    ["int64", "uint64"],
    ["string", "bool"],
    ["float32", "string"],
  ),
  ...changes("growableAxes", "first", "none"),
  ...changes("compression", [], ["zstd"]),
  ...changes("removal", false),
  ...changes("fields", true),
  ...changes("atomicCommit", false),
  ...changes("crossProcessLock", true),
  ...changes("escapedBytes", false, undefined),
  ...changes("storedAs", "folder", "remote"),
];

/** Two changes at once, of different capabilities. */
export const PAIRS: readonly Change[] = CHANGES.flatMap((one, i) =>
  CHANGES.slice(i + 1)
    .filter(({ of }) => of !== one.of)
    .map((other) => ({
      of: one.of,
      what: `${one.what}; ${other.what}`,
      supports: { ...one.supports, ...other.supports },
    })),
);
