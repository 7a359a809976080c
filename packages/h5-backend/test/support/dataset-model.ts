import { DATA_TYPES, type DataMap, type DataType, type NDArray, type Selection } from "@tvb-storage/core";

/** One element: a number or text, or the two parts of a complex number. */
type Element = readonly (number | bigint | string)[];

/** A dataset as nested plain arrays would have it: elements by their indices, in C order. */
export interface Model {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly elements: readonly Element[];
}

const count = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Indices of an array of that shape, in C order. */
function* indices(lengths: readonly number[]): Generator<number[]> {
  const [first, ...rest] = lengths;
  if (first === undefined) yield [];
  else for (let index = 0; index < first; index++) for (const inner of indices(rest)) yield [index, ...inner];
}

const position = (index: readonly number[], shape: readonly number[]): number =>
  index.reduce((at, i, axis) => at * (shape[axis] ?? 1) + i, 0);

/** What Python's `range(length)[selection]` has. */
function axisIndices(length: number, entry: Selection[number]): number[] {
  const all = Array.from({ length }, (_, index) => index);
  if (entry === null) return all;
  if (typeof entry === "number") return [entry < 0 ? entry + length : entry];
  const part = all.slice(entry.start ?? 0, entry.stop ?? length);
  return part.filter((_, index) => index % entry.step === 0);
}

/** The selected part, by numpy's rules. */
export function selected(model: Model, selection: Selection): Model {
  const entries = model.shape.map((_, axis) => selection[axis] ?? null);
  const axes = entries.map((entry, axis) => axisIndices(model.shape[axis] ?? 0, entry));
  const lengths = axes.map((axis) => axis.length);
  const elements = [...indices(lengths)].map((index) => {
    const from = index.map((i, axis) => axes[axis]?.[i] ?? 0);
    return model.elements[position(from, model.shape)] ?? [];
  });
  return {
    dtype: model.dtype,
    shape: lengths.filter((_, axis) => typeof entries[axis] !== "number"),
    elements,
  };
}

/** The model with rows behind it along one axis. */
export function appended(model: Model, rows: Model, axis: number): Model {
  const before = model.shape[axis] ?? 0;
  const shape = model.shape.map((length, i) => (i === axis ? before + (rows.shape[i] ?? 0) : length));
  const elements = [...indices(shape)].map((index) => {
    const at = index[axis] ?? 0;
    if (at < before) return model.elements[position(index, model.shape)] ?? [];
    const inRows = index.map((i, other) => (other === axis ? i - before : i));
    return rows.elements[position(inRows, rows.shape)] ?? [];
  });
  return { dtype: model.dtype, shape, elements };
}

const EXTREMES: Readonly<Partial<Record<DataType, readonly (number | bigint)[]>>> = {
  int8: [-128, 127],
  uint8: [255],
  int16: [-32768, 32767],
  uint16: [65535],
  int32: [-2147483648, 2147483647],
  uint32: [4294967295],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [2n ** 64n - 1n],
  float32: [Number.NaN, Number.POSITIVE_INFINITY, -0, 0.5],
  float64: [Number.NaN, Number.NEGATIVE_INFINITY, -0, 0.1, Number.MAX_VALUE, 5e-324],
  complex64: [Number.NaN, 0.5, -0],
  complex128: [Number.NaN, 0.1, -0],
};

const TEXTS = ["", "a", "naïve ☃", "🧠🧠", "x".repeat(300), "two words ", "\n"];

/** An array with elements of every kind that the type has, different for each seed. */
export function modelOf(dtype: DataType, shape: readonly number[], seed: number): Model {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor(state / 65536) % below;
  };
  const number = (): number | bigint => {
    const extremes = EXTREMES[dtype] ?? [];
    const extreme = extremes[next(extremes.length * 3 + 1)];
    if (extreme !== undefined) return extreme;
    return dtype === "int64" || dtype === "uint64" ? BigInt(next(100)) : next(100);
  };
  const element = (): Element => {
    if (dtype === "string") return [TEXTS[next(TEXTS.length)] ?? ""];
    if (dtype === "bool") return [next(2)];
    return dtype === "complex64" || dtype === "complex128" ? [number(), number()] : [number()];
  };
  return { dtype, shape, elements: Array.from({ length: count(shape) }, element) };
}

const CONTAINERS = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
  bool: Uint8Array,
  complex64: Float32Array,
  complex128: Float64Array,
  string: Array<string>,
} as const;

/** The model as what the library takes and gives. */
export function arrayOf({ dtype, shape, elements }: Model): NDArray {
  const from = CONTAINERS[dtype].from as (values: unknown) => DataMap[DataType]; // each container has it
  return { dtype, shape, data: from.call(CONTAINERS[dtype], elements.flat()) } as NDArray; // of its own container
}

export const EVERY_TYPE: readonly DataType[] = DATA_TYPES;
