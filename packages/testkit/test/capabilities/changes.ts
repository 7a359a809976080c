import { type BackendCapabilities, DATA_TYPES, type DataType } from "@tvb-storage/core";
import { type RuleGroup, type StorageContext, storageManagerRules } from "../../src/index.js";

/** Capabilities that are changed, and what to. */
export interface Change {
  readonly of: readonly (keyof BackendCapabilities)[];
  readonly what: string;
  readonly supports: Partial<BackendCapabilities>;
}

function changes<K extends keyof BackendCapabilities>(of: K, ...values: BackendCapabilities[K][]): Change[] {
  return values.map((value) => ({
    of: [of],
    what: `${of}: ${Array.isArray(value) ? `[${value.join(", ")}]` : value}`,
    supports: { [of]: value },
  }));
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
    .filter(({ of }) => of[0] !== one.of[0])
    .map((other) => ({
      of: [...one.of, ...other.of],
      what: `${one.what}; ${other.what}`,
      supports: { ...one.supports, ...other.supports },
    })),
);

/** Groups that take long, and the capabilities that decide what they ask. The model is asked in the deep run. */
const LONG: Readonly<Record<string, readonly (keyof BackendCapabilities)[]>> = {
  "large data": [],
  "many nodes": [],
  model: [],
  concurrency: ["growableAxes", "removal"],
  "faults: a close happens wholly or not at all": ["growableAxes", "removal", "atomicCommit"],
};

/** The groups of rules that a change is tried with. */
export function groupsFor({ of }: Change): RuleGroup<StorageContext>[] {
  return storageManagerRules.filter(({ name }) => LONG[name]?.some((each) => of.includes(each)) ?? true);
}

/** Rows of a table of tests. */
export function byName(list: readonly Change[]): [what: string, change: Change][] {
  return list.map((change) => [change.what, change]);
}
