import type { LayoutOptions, NDArray, Selection } from "@tvb-storage/core";
import type { AppendCall, Input, Operation, Step, StoreCall, Target } from "./operation.js";

// Steps, shortly written.

export function at(name: string, by = 0): Target {
  return { by, name };
}

export function store(
  name: string,
  array: NDArray,
  more: Partial<Pick<StoreCall, "options" | "signal" | "listener">> & {
    readonly form?: Exclude<Input["form"], "blocks">;
    readonly by?: number;
  } = {},
): StoreCall {
  const { form = "ndarray", by, options = {}, ...rest } = more;
  return { call: "storeData", ...at(name, by), input: { form, array }, options, ...rest };
}

export function blocks(
  name: string,
  array: NDArray,
  rows: readonly number[],
  more: Partial<StoreCall> & { readonly end?: Extract<Input, { form: "blocks" }>["end"] } = {},
): StoreCall {
  const { end, ...rest } = more;
  return {
    call: "storeData",
    ...at(name),
    input: { form: "blocks", array, rows, ...(end ? { end } : {}) },
    options: {},
    ...rest,
  };
}

export function append(name: string, array: NDArray, options: AppendCall["options"], by = 0): AppendCall {
  return { call: "appendData", ...at(name, by), input: { form: "ndarray", array }, options };
}

export function get(name: string, selection: Selection, by = 0): Operation {
  return { call: "getData", ...at(name, by), options: { selection } };
}

export function together(calls: readonly Operation[]): Step {
  return { call: "together", calls };
}

/** Two along each axis, so that every axis of more has several chunks. */
export function chunksOf(shape: readonly number[]): LayoutOptions {
  return { chunks: shape.map((length) => Math.min(2, Math.max(1, length))) };
}

export const RANGES = {
  all: { start: null, stop: null, step: 1 },
  every2: { start: null, stop: null, step: 2 },
  from1: { start: 1, stop: null, step: 2 },
  last2: { start: -2, stop: null, step: 1 },
  none: { start: 1, stop: 1, step: 1 },
  clipped: { start: -100, stop: 100, step: 3 },
} as const;
