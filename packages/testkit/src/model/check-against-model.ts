import { isDeepStrictEqual } from "node:util";
import type { BackendCapabilities, StorageManager } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import fc from "fast-check";
import { arbitraryOperation } from "./arbitrary-operation.js";
import { METADATA_ONLY, Model, type Prediction } from "./model.js";
import { type ModelType, type Operation, operationCode } from "./operation.js";
import { runOperation } from "./run-operation.js";

export interface ModelCheckOptions {
  /** A manager on a file that does not exist yet; called once for each sequence. */
  readonly open: () => StorageManager;
  readonly supports: BackendCapabilities;
  /** Sequences to try; default 100. */
  readonly runs?: number;
  /** Maximum calls of a sequence; default 30. */
  readonly length?: number;
  /** The same sequences for the same seed; default 20240227. */
  readonly seed?: number;
}

const MODEL_TYPES: readonly ModelType[] = ["float64", "int32", "string"];

interface Difference {
  /** How many calls of the sequence were made, the wrong one included. */
  readonly calls: number;
  readonly after?: Operation;
  readonly expected: string;
  readonly found: string;
}

function describe(outcome: Prediction): string {
  return "codes" in outcome
    ? `an exception ${outcome.codes.join(" or ")}`
    : (JSON.stringify(outcome.value) ?? "nothing");
}

async function outcomeOf(
  m: StorageManager,
  operation: Operation,
): Promise<Prediction | { readonly odd: string }> {
  try {
    return { value: await runOperation(m, operation) };
  } catch (error) {
    if (isTVBException(error)) return { codes: [error.code] };
    return { odd: `something that is no exception of @tvb-storage/errors: ${String(error)}` };
  }
}

/** Runs one call on both, and returns their difference. */
async function compare(
  m: StorageManager,
  model: Model,
  operation: Operation,
): Promise<Omit<Difference, "calls"> | undefined> {
  const expected = model.apply(operation);
  if (expected === undefined) return undefined;
  const found = await outcomeOf(m, operation);
  if ("odd" in found) return { expected: describe(expected), found: found.odd };
  const agree =
    "codes" in expected
      ? "codes" in found && found.codes.every((code) => expected.codes.includes(code))
      : "value" in found && isDeepStrictEqual(found.value, expected.value);
  return agree ? undefined : { expected: describe(expected), found: describe(found) };
}

async function firstDifference(
  m: StorageManager,
  operations: readonly Operation[],
): Promise<Difference | undefined> {
  const model = new Model();
  for (const [index, operation] of operations.entries()) {
    const difference = await compare(m, model, operation);
    if (difference !== undefined) return { ...difference, calls: index + 1 };
  }
  await m.closeFile();
  // Everything again, from the file.
  const looks: Operation[] = [
    { call: "list" },
    ...model.paths().flatMap((path): Operation[] => [
      { call: "getMetadata", path },
      { call: "read", path, selection: [] },
    ]),
  ];
  for (const look of looks) {
    if (look.call === "list" && model.paths().length === 0) continue;
    if (look.call === "read" && look.path === METADATA_ONLY) continue;
    const difference = await compare(m, model, look);
    if (difference !== undefined) return { ...difference, calls: operations.length, after: look };
  }
  return undefined;
}

function report(operations: readonly Operation[], difference: Difference, seed: number): string {
  const calls = operations.slice(0, difference.calls).map(operationCode);
  const wrong = difference.after === undefined ? calls.pop() : operationCode(difference.after);
  return [
    `the backend differs from the model (seed ${seed}); the shortest sequence that was found:`,
    "",
    ...calls,
    ...(difference.after === undefined ? [] : ["await m.closeFile();"]),
    `${wrong} // expected ${difference.expected}, found ${difference.found}`,
    "",
  ].join("\n");
}

/**
 * Tries random sequences of calls on a backend and on a model of plain objects.
 *
 * Rejects where they differ, with the shortest such sequence that was
 * found, as code.
 */
export async function checkAgainstModel(options: ModelCheckOptions): Promise<void> {
  const { supports, runs = 100, length = 30, seed = 20240227 } = options;
  const operation = arbitraryOperation(
    MODEL_TYPES.filter((type) => supports.dtypes.includes(type)),
    { appending: supports.growableAxes !== "none", removal: supports.removal },
  );
  const tried = async (operations: readonly Operation[]): Promise<Difference | undefined> => {
    const m = options.open();
    try {
      return await firstDifference(m, operations);
    } finally {
      await m.closeFile().catch(() => undefined);
    }
  };
  const details = await fc.check(
    fc.asyncProperty(fc.array(operation, { maxLength: length, size: "max" }), async (operations) => {
      return (await tried(operations)) === undefined;
    }),
    { numRuns: runs, seed },
  );
  if (!details.failed) return;
  const operations = details.counterexample?.[0] ?? [];
  const difference = await tried(operations);
  if (difference === undefined)
    throw new Error(
      `the backend differs from the model (seed ${seed}), but not every time:\n\n${operations.map(operationCode).join("\n")}\n`,
      { cause: details.errorInstance },
    );
  throw new Error(report(operations, difference, seed));
}
