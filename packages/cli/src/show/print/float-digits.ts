// Decimal digits of floats as numpy's Dragon4 gives them: as few as tell a number from its neighbours, and exact
// halves rounded to even. JavaScript has the same for float64, but rounds halves away from zero.

/** Digits after the point that are printed. */
export const PRECISION = 8;

/** A number without its sign as `d.ddd` times a power of ten. */
interface Digits {
  /** Without trailing zeros after the first. */
  readonly digits: string;
  readonly exponent: number;
}

function parseExponential(text: string): Digits {
  const [mantissa = "", exponent = ""] = text.split("e");
  const digits = mantissa.replace(".", "").replace(/(?<=.)0+$/, "");
  return { digits, exponent: Number(exponent) };
}

/** The fewest digits that are read back as `x`, a finite number that is not negative. */
function shortestDigits(x: number, single: boolean): Digits {
  if (!single) return parseExponential(x.toExponential());
  for (let places = 0; places < 9; places++) {
    const text = halfToEven((count) => x.toExponential(count), places);
    if (Math.fround(Number(text)) === x) return parseExponential(text);
    // The next number above a power of two is farther than the one below: what is not the nearest may do.
    const above = `${BigInt(mantissaOf(text).replace(".", "")) + 1n}e${Number(text.split("e")[1]) - places}`;
    if (Math.fround(Number(above)) === x) return parseExponential(Number(above).toExponential(places));
  }
  return parseExponential(x.toExponential());
}

/** Enough digits to see whether what follows the 5 of a half is nothing. */
const EXACT = 40;

/** What `format` gives for `places` digits after the point, with halves rounded to even. */
function halfToEven(format: (places: number) => string, places: number): string {
  const rounded = format(places);
  const next = mantissaOf(format(places + 1));
  if (
    !next.endsWith("5") ||
    !mantissaOf(format(places + EXACT)).startsWith(`${next}${"0".repeat(EXACT - 1)}`)
  )
    return rounded;
  const down = next.slice(0, -1).replace(/\.$/, "");
  // `format` has rounded up.
  return /[02468]$/.test(down) ? rounded.replace(mantissaOf(rounded), down) : rounded;
}

function mantissaOf(text: string): string {
  return text.split("e")[0] ?? "";
}

function isNegative(x: number): boolean {
  return x < 0 || Object.is(x, -0);
}

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

/** A float32 as JavaScript writes numbers, with as few digits as it needs. */
export function shortestText(x: number): string {
  if (!Number.isFinite(x)) return String(x);
  const { digits, exponent } = shortestDigits(Math.abs(x), true);
  const text = String(Number(`${digits}e${exponent - digits.length + 1}`));
  return isNegative(x) ? `-${text}` : text;
}
