import type { Metadata } from "@tvb-storage/core/arrays";

/** The times of a series: sample `i` is at `start + i * period`. */
export interface TimeAxis {
  /** In `unit`. */
  readonly start: number;
  /** In `unit`, above 0. */
  readonly period: number;
  /** `ms`, `s`; `samples` where the file says nothing of times. */
  readonly unit: string;
  /** Where the file says something of times that cannot be used: why the axis counts samples, or sample periods alone. */
  readonly note?: string;
}

/** A number of the metadata, of version 1 (`Sample_period`) or 2 of the files. */
export function numberAt(metadata: Metadata, name: string): number | undefined {
  const value = metadata[name] ?? metadata[`${name.slice(0, 1).toUpperCase()}${name.slice(1)}`];
  const number = typeof value === "bigint" || typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

export function timeOfSample({ start, period }: TimeAxis, sample: number): number {
  return start + sample * period;
}

/** The sample nearest to a time; it may lie outside of the series. */
export function sampleAtTime({ start, period }: TimeAxis, time: number): number {
  return Math.round((time - start) / period);
}

/** A number as a person would write it: without the noise of its last digits. */
export function plain(value: number, digits = 12): string {
  return String(Number(value.toPrecision(digits)));
}

/** A value of a series with its significant digits: `0.12346`, `1.234e-7`, all of an integer; `no value` for NaN. */
export function valueText(value: number | bigint | undefined): string {
  if (value === undefined) return "not read";
  if (typeof value === "bigint") return value.toString();
  if (Number.isNaN(value)) return "no value";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (Number.isSafeInteger(value)) return String(value);
  // Zeros in place of digits would look like digits.
  return shortText(value, 5);
}

/** A number with so many digits, of any size: `0.123`, `1.23e+7`. */
export function shortText(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  return Math.abs(rounded) >= 1e6 ? rounded.toExponential() : String(rounded);
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** `608 MB` in powers of 1024: `579.8 MiB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}
