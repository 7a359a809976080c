import type { NDArray } from "@tvb-storage/core";
import { countOf, takeElements } from "./element-types.js";
import { arrayOfCodes } from "./hard-values.js";
import type { Operation, Step } from "./operation.js";

/** Shorter and simpler sequences, the shortest first: one of them may differ from the model too. */
export function* simplerSequences(steps: readonly Step[]): Generator<Step[]> {
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let start = steps.length - size; start > -size; start -= size)
      if (steps.length > size)
        yield [...steps.slice(0, Math.max(0, start)), ...steps.slice(Math.max(0, start) + size)];
  for (const [index, step] of steps.entries())
    for (const simpler of simplerSteps(step)) yield replaced(steps, index, simpler);
}

function* simplerSteps(step: Step): Generator<Step> {
  if (step.call === "together") {
    yield* step.calls;
    for (const [i] of step.calls.entries())
      if (step.calls.length > 2) yield { ...step, calls: step.calls.filter((_, other) => other !== i) };
    return;
  }
  yield* simplerOperations(step);
}

function* simplerOperations(operation: Operation): Generator<Operation> {
  const without = (key: string): Operation =>
    Object.fromEntries(Object.entries(operation).filter(([each]) => each !== key)) as unknown as Operation; // `key` is optional
  for (const key of ["meanwhile", "signal", "listener", "leaveAfter"])
    if (key in operation) yield without(key);
  if ("options" in operation)
    for (const key of Object.keys(operation.options)) {
      const { [key]: _, ...options } = operation.options as Record<string, unknown>; // options are optional
      yield { ...operation, options } as Operation; // as above
    }
  if (operation.call === "setMetadata")
    for (const key of Object.keys(operation.metadata))
      if (Object.keys(operation.metadata).length > 1) {
        const { [key]: _, ...metadata } = operation.metadata;
        yield { ...operation, metadata };
      }
  if (operation.by !== 0) yield { ...operation, by: 0 };
  if (operation.call !== "storeData" && operation.call !== "appendData") return;
  const { input } = operation;
  if (input.form !== "ndarray") yield { ...operation, input: { form: "ndarray", array: input.array } };
  if (input.form === "blocks") return;
  for (const array of simplerArrays(input.array)) yield { ...operation, input: { ...input, array } };
}

function* simplerArrays(array: NDArray): Generator<NDArray> {
  const { dtype, shape } = array;
  for (const [axis, length] of shape.entries())
    if (length > 1) yield cutAxis(array, axis, Math.ceil(length / 2));
  const plain = arrayOfCodes(dtype, shape, [0]);
  if (String(plain.data) !== String(array.data)) yield plain;
}

function cutAxis(array: NDArray, axis: number, length: number): NDArray {
  const shape = replaced(array.shape, axis, length);
  const inner = countOf(array.shape.slice(axis + 1));
  const old = (array.shape[axis] ?? 1) * inner;
  const count = countOf(shape);
  const positions = Array.from({ length: count }, (_, i) => {
    const row = Math.floor(i / (length * inner));
    return row * old + (i % (length * inner));
  });
  return takeElements(array, positions, shape);
}

function replaced<T>(list: readonly T[], index: number, value: T): T[] {
  return list.map((each, i) => (i === index ? value : each));
}
