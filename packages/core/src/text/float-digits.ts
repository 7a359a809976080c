// Decimal digits of floats as numpy's Dragon4 gives them: as few as tell a number from its neighbours, and exact
// halves rounded to even. JavaScript has the same for float64, but rounds halves away from zero.

/** A number without its sign as `d.ddd` times a power of ten. */
export interface Digits {
  /** Without trailing zeros after the first. */
  readonly digits: string;
  readonly exponent: number;
}

/** The digits of a text such as `1.25e-7`. */
export function parseExponential(text: string): Digits {
  const [mantissa = "", exponent = ""] = text.split("e");
  const digits = mantissa.replace(".", "").replace(/(?<=.)0+$/, "");
  return { digits, exponent: Number(exponent) };
}

/** The smallest float32 of full precision. */
const MIN_NORMAL = 2 ** -126;

const asFloat = new Float32Array(1);
const asBits = new Uint32Array(asFloat.buffer);

/** Of a float32 of full precision; true for all others. */
function isPowerOfTwo(x: number): boolean {
  asFloat[0] = x;
  return x < MIN_NORMAL || ((asBits[0] ?? 0) & 0x7fffff) === 0;
}

/** The fewest digits that are read back as `x`, a finite number that is not negative. */
export function shortestDigits(x: number, single: boolean): Digits {
  if (!single) return parseExponential(x.toExponential());
  const isNormal = x >= MIN_NORMAL;
  if (isNormal) {
    // Six digits that a float32 was made of come back from it, so that fewer are among them.
    const text = x.toExponential(5);
    if (Math.fround(Number(text)) === x) return parseExponential(text);
  }
  for (let places = isNormal ? 6 : 0; places < 9; places++) {
    const text = halfToEven((count) => x.toExponential(count), places);
    if (Math.fround(Number(text)) === x) return parseExponential(text);
    // The next number above a power of two is farther than the one below: what is not the nearest may do.
    if (!isPowerOfTwo(x)) continue;
    const above = `${BigInt(mantissaOf(text).replace(".", "")) + 1n}e${Number(text.split("e")[1]) - places}`;
    if (Math.fround(Number(above)) === x) return parseExponential(Number(above).toExponential(places));
  }
  return parseExponential(x.toExponential());
}

/** Enough digits to see whether what follows the 5 of a half is nothing. */
const EXACT = 40;

/** What `format` gives for `places` digits after the point, with halves rounded to even. */
export function halfToEven(format: (places: number) => string, places: number): string {
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

/** Also of -0. */
export function isNegative(x: number): boolean {
  return x < 0 || Object.is(x, -0);
}

/** A float32 as JavaScript writes numbers, with as few digits as it needs. */
export function shortestText(x: number): string {
  if (!Number.isFinite(x)) return String(x);
  const { digits, exponent } = shortestDigits(Math.abs(x), true);
  const text = String(Number(`${digits}e${exponent - digits.length + 1}`));
  return isNegative(x) ? `-${text}` : text;
}
