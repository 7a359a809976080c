import { strongestFirst } from "./strongest-first.js";

/** Values between regions, as a matrix with their names. */
export interface RegionMatrix {
  /** `Weights`. */
  readonly title: string;
  /** One for each row and each column. */
  readonly labels: readonly string[];
  /** Why the labels are only the regions' numbers; undefined where they are names. */
  readonly unnamed?: string | undefined;
  /** Shape (regions, regions) in C order; a row is what the column influences: `[target, source]`. */
  readonly values: ArrayLike<number>;
  /** `mm`; undefined for numbers without a unit. */
  readonly unit?: string | undefined;
  /** Whether `[i, j]` and `[j, i]` differ anywhere. */
  readonly directed: boolean;
}

/** `Region 0`, `Region 1`, ...: for regions without names. */
export function numbered(size: number): string[] {
  return Array.from({ length: size }, (_, region) => `Region ${region}`);
}

export interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface MatrixStatistics {
  /** Of the finite values; undefined where there are none. */
  readonly range?: { readonly min: number; readonly max: number };
  /** The smallest value above zero. */
  readonly positiveMin?: number;
  /** Numbers of values. */
  readonly zero: number;
  readonly negative: number;
  readonly infinite: number;
  readonly notNumber: number;
}

/** Whether `[i, j]` and `[j, i]` differ anywhere in a square matrix. */
export function isDirected(values: ArrayLike<number>, size: number): boolean {
  for (let row = 0; row < size; row++)
    for (let column = 0; column < row; column++)
      if (!isSame(values[row * size + column], values[column * size + row])) return true;
  return false;
}

/** 0 and -0 are the same, and so are NaN and NaN. */
function isSame(a: number | undefined, b: number | undefined): boolean {
  return a === b || Object.is(a, b);
}

export function statisticsOf(values: ArrayLike<number>): MatrixStatistics {
  let [min, max, positiveMin] = [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ];
  let [zero, negative, infinite, notNumber] = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      if (Number.isNaN(value)) notNumber += 1;
      else infinite += 1;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) zero += 1;
    if (value < 0) negative += 1;
    if (value > 0 && value < positiveMin) positiveMin = value;
  }
  return {
    ...(min <= max ? { range: { min, max } } : {}),
    ...(positiveMin === Number.POSITIVE_INFINITY ? {} : { positiveMin }),
    zero,
    negative,
    infinite,
    notNumber,
  };
}

/** A number as it is shown: four significant digits, all of an integer; `no value` for NaN. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return "no value";
  return Number.isSafeInteger(value) ? `${value}` : `${Number(value.toPrecision(4))}`;
}

export function valueText(value: number, unit: string | undefined): string {
  return unit === undefined || Number.isNaN(value) ? numberText(value) : `${numberText(value)} ${unit}`;
}

/** `lV1 → rV1: 12.5 mm`, from the source to the target; with `–` where both directions are the same. */
export function cellText({ labels, values, unit, directed }: RegionMatrix, { row, column }: Cell): string {
  const value = values[row * labels.length + column] ?? Number.NaN;
  return `${labels[column]} ${directed ? "→" : "–"} ${labels[row]}: ${valueText(value, unit)}`;
}

/** Connections between different regions, the strongest one first: by the absolute value. Zero and NaN are no connection. */
export interface Connections {
  readonly target: Uint32Array;
  readonly source: Uint32Array;
  readonly weight: Float64Array;
  /** What there could be: pairs of regions, in both directions where the matrix is directed. */
  readonly possible: number;
}

export function connectionsOf({ labels, values, directed }: RegionMatrix): Connections {
  const size = labels.length;
  const cells = new Uint32Array(directed ? size * (size - 1) : (size * (size - 1)) / 2);
  let found = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < (directed ? size : row); column++) {
      const value = values[row * size + column] ?? 0;
      if (row !== column && Number.isFinite(value) && value !== 0) cells[found++] = row * size + column;
    }
  }
  const sorted = strongestFirst(cells.subarray(0, found), values);
  return {
    target: sorted.map((cell) => Math.floor(cell / size)),
    source: sorted.map((cell) => cell % size),
    weight: Float64Array.from(sorted, (cell) => values[cell] ?? 0),
    possible: (size * (size - 1)) / (directed ? 1 : 2),
  };
}
