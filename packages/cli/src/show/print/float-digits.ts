import { halfToEven, isNegative, parseExponential, shortestDigits } from "@tvb-storage/core/internal";

// Floats as numpy prints them.

/** Digits after the point that are printed. */
export const PRECISION = 8;

/** `-12.5`, `3.`: at most `PRECISION` digits after the point, which is always there. */
export function positionalText(x: number, single: boolean): string {
  const size = Math.abs(x);
  const { digits, exponent } = shortestDigits(size, single);
  const places = digits.length - 1 - exponent;
  const sign = isNegative(x) ? "-" : "";
  if (places > PRECISION) {
    const text = halfToEven((count) => size.toFixed(count), PRECISION);
    return sign + text.replace(/0+$/, "");
  }
  if (places <= 0) return `${sign}${size}.`; // all digits before the point are exact, also where fewer would do
  const padded = digits.padStart(places + 1, "0");
  return `${sign}${padded.slice(0, -places)}.${padded.slice(-places)}`;
}

/** `-1.25e-05` with exactly so many places, and at least two digits of the exponent. */
export function scientificText(x: number, single: boolean, places: number, exponentDigits = 2): string {
  const size = Math.abs(x);
  const { digits, exponent: power10 } = shortestDigits(size, single);
  const text =
    digits.length === places + 1
      ? `${digits[0]}${places > 0 ? "." : ""}${digits.slice(1)}e${power10}`
      : halfToEven((count) => size.toExponential(count), places);
  const [mantissa = "", exponent = "0"] = text.split("e");
  const point = mantissa.includes(".") ? "" : ".";
  const sign = exponent.startsWith("-") ? "-" : "+";
  const power = exponent.replace(/^[+-]/, "").padStart(exponentDigits, "0");
  return `${isNegative(x) ? "-" : ""}${mantissa}${point}e${sign}${power}`;
}

/** Places after the point that `scientificText` needs for a number, at most `PRECISION`. */
export function scientificPlaces(x: number, single: boolean): number {
  const size = Math.abs(x);
  const { digits } = shortestDigits(size, single);
  if (digits.length - 1 <= PRECISION) return digits.length - 1;
  return parseExponential(scientificText(size, single, PRECISION)).digits.length - 1;
}

/** A number alone, as numpy's `str` gives it: positional from 0.0001 to below 1e16. */
export function scalarFloatText(x: number, single: boolean, whole: ".0" | "" = ".0"): string {
  if (Number.isNaN(x)) return "nan";
  const sign = isNegative(x) ? "-" : "";
  if (!Number.isFinite(x)) return `${sign}inf`;
  const size = Math.abs(x);
  const { digits, exponent } = shortestDigits(size, single);
  const power = `${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  if (size !== 0 && (size < 1e-4 || size >= 1e16))
    return `${sign}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ""}e${power}`;
  const places = digits.length - 1 - exponent;
  if (places <= 0) return `${sign}${digits.padEnd(exponent + 1, "0")}${whole}`;
  const padded = digits.padStart(places + 1, "0");
  return `${sign}${padded.slice(0, -places)}.${padded.slice(-places)}`;
}
