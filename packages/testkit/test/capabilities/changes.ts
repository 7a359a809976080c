import { type BackendCapabilities, DATA_TYPES, type DataType } from "@tvb-storage/core";

/** A capability that is changed, and what to. */
export interface Change {
  readonly of: keyof BackendCapabilities;
  readonly what: string;
  readonly supports: Partial<BackendCapabilities>;
}

const changes = <K extends keyof BackendCapabilities>(of: K, ...values: BackendCapabilities[K][]): Change[] =>
  values.map((value) => ({ of, what: `${of}: ${JSON.stringify(value)}`, supports: { [of]: value } }));

const all = (met: (dtype: DataType) => boolean): DataType[] => DATA_TYPES.filter(met);

/** All that can be taken away from the reference backend, or said of it, one by one. */
export const CHANGES: readonly Change[] = [
  ...changes("dtypes", ...DATA_TYPES.map((dtype) => [dtype])),
  ...changes(
    "dtypes",
    all((dtype) => !dtype.startsWith("float")),
    all((dtype) => dtype !== "float64"),
    all((dtype) => dtype !== "string"),
    all((dtype) => dtype.startsWith("int")),
    all((dtype) => dtype.startsWith("float")),
    all((dtype) => dtype.startsWith("complex")),
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
