import type { DataType, NDArray } from "@tvb-storage/core";
import { charactersOf } from "@tvb-storage/core/internal";
import { int64Statistics } from "./int64-statistics.js";
import { Moments } from "./moments.js";
import { Range } from "./range.js";

export type StatisticsValue = number | bigint | null | readonly [real: number, imaginary: number];

/** What `show --stats` says, by its names, in their order. */
export type Statistics = Readonly<Record<string, StatisticsValue>>;

/** Takes the elements of one array in blocks. */
export interface StatisticsOf {
  add(block: NDArray): void;
  result(): Statistics;
}

export function statisticsOf(dtype: DataType): StatisticsOf {
  switch (dtype) {
    case "string":
      return textStatistics();
    case "bool":
      return boolStatistics();
    case "complex64":
    case "complex128":
      return complexStatistics();
    case "int64":
    case "uint64":
      return int64Statistics(dtype === "int64");
    default:
      return numberStatistics(dtype === "float32" || dtype === "float64");
  }
}

function numberStatistics(isFloat: boolean): StatisticsOf {
  const moments = new Moments();
  const range = new Range();
  let count = 0;
  let nan = 0;
  let infinities = 0;
  return {
    add({ data }) {
      const numbers = data as ArrayLike<number>; // the type is one of numbers
      const finite = moments.count;
      moments.add(numbers);
      range.add(numbers);
      count += numbers.length;
      if (moments.count - finite === numbers.length) return;
      for (let at = 0; at < numbers.length; at++) {
        const x = numbers[at] as number; // within its length
        if (Number.isNaN(x)) nan++;
        else if (x - x !== 0) infinities += x; // infinity, or NaN where both are there, as their mean is
      }
    },
    result() {
      const some = count > nan;
      const exact = infinities === 0;
      return {
        count,
        ...(isFloat ? { nan } : {}),
        zeros: range.zeros,
        min: some ? range.min : null,
        max: some ? range.max : null,
        mean: some ? (exact ? moments.mean : infinities) : null,
        std: some ? (exact ? Math.sqrt(moments.variance) : Number.NaN) : null,
      };
    },
  };
}

/** `min` and `max` are of the magnitudes, which have an order. */
function complexStatistics(): StatisticsOf {
  const real = new Moments();
  const imaginary = new Moments();
  let count = 0;
  let nan = 0;
  let zeros = 0;
  let infinite = false;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  return {
    add({ data }) {
      const parts = (data as Float64Array).slice(); // of either float type
      for (let at = 0; at < parts.length; at += 2) {
        const a = parts[at] as number; // within its length, which is even
        const b = parts[at + 1] as number;
        count++;
        if (Number.isNaN(a) || Number.isNaN(b)) {
          nan++;
          parts.fill(Number.NaN, at, at + 2); // the other part does not count for the mean
          continue;
        }
        if (a === 0 && b === 0) zeros++;
        const size = Math.hypot(a, b);
        if (size === Number.POSITIVE_INFINITY && !(Number.isFinite(a) && Number.isFinite(b))) infinite = true;
        if (size < min) min = size;
        if (size > max) max = size;
      }
      real.add(parts, 0, 2);
      imaginary.add(parts, 1, 2);
    },
    result() {
      const some = count > nan;
      const mean = infinite ? ([Number.NaN, Number.NaN] as const) : ([real.mean, imaginary.mean] as const);
      const std = infinite ? Number.NaN : Math.sqrt(real.variance + imaginary.variance);
      return {
        count,
        nan,
        zeros,
        "min |z|": some ? min : null,
        "max |z|": some ? max : null,
        mean: some ? mean : null,
        std: some ? std : null,
      };
    },
  };
}

function boolStatistics(): StatisticsOf {
  let count = 0;
  let yes = 0;
  return {
    add({ data }) {
      count += data.length;
      for (const bit of data) yes += bit ? 1 : 0;
    },
    result: () => ({ count, true: yes, false: count - yes }),
  };
}

function textStatistics(): StatisticsOf {
  let count = 0;
  let empty = 0;
  let longest = 0;
  return {
    add({ data }) {
      count += data.length;
      for (const text of data) {
        const length = charactersOf(String(text));
        if (length === 0) empty++;
        if (length > longest) longest = length;
      }
    },
    result: () => ({ count, empty, longest }),
  };
}
