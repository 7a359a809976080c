import { PRECISION, positionalText, scientificPlaces, scientificText } from "./float-digits.js";

/** numpy's `FloatingFormat`: one width and one notation for all elements of an array, chosen from all of them. */
export class FloatFormat {
  #smallest = Number.POSITIVE_INFINITY;
  #largest = 0;
  #finite = false;
  #nan = false;
  #infinite = false;
  #negativeInfinite = false;
  /** Sizes of the largest numbers of each sign; below 0 where there is none. */
  #largestPositive = -1;
  #largestNegative = -1;
  /** Digits after the point, in positional and in scientific notation. */
  #after = 0;
  #places = 0;

  /** @param plus Numbers that are not negative get a sign. */
  constructor(
    private readonly single: boolean,
    private readonly plus = false,
  ) {}

  observe(x: number): void {
    if (!Number.isFinite(x)) {
      if (Number.isNaN(x)) this.#nan = true;
      else this.#infinite = true;
      if (x < 0) this.#negativeInfinite = true;
      return;
    }
    this.#finite = true;
    const size = Math.abs(x);
    if (size !== 0) {
      if (size < this.#smallest) this.#smallest = size;
      if (size > this.#largest) this.#largest = size;
    }
    if (x > 0 || Object.is(x, 0)) this.#largestPositive = Math.max(this.#largestPositive, size);
    else this.#largestNegative = Math.max(this.#largestNegative, size);
    // Digits are slow to find, and most arrays soon have an element with all of them.
    if (this.#places < PRECISION) this.#places = Math.max(this.#places, scientificPlaces(x, this.single));
    if (this.#after < PRECISION && size < 1e8)
      this.#after = Math.max(this.#after, positionalText(x, this.single).split(".")[1]?.length ?? 0);
  }

  get #scientific(): boolean {
    if (this.#largest === 0) return false;
    const ratio = this.#largest / this.#smallest;
    return (
      this.#largest >= 1e8 || this.#smallest < 0.0001 || (this.single ? Math.fround(ratio) : ratio) > 1000
    );
  }

  /** Widths of what is before the point and after it; the exponent counts as after. */
  get #widths(): { before: number; after: number } {
    let before = 0;
    let after = 0;
    if (this.#finite && this.#scientific) {
      before = this.plus || this.#largestNegative >= 0 ? 2 : 1;
      after = this.#exponentDigits + 2 + this.#places;
    } else if (this.#finite) {
      before = Math.max(
        this.#wholeDigits(this.#largestPositive, 1),
        this.#wholeDigits(this.#largestNegative, -1),
      );
      after = this.#after;
    }
    if (!this.#nan && !this.#infinite) return { before, after };
    const infinity = this.plus || this.#negativeInfinite ? 4 : 3;
    // numpy keeps space for both, whichever of them is there.
    return { before: Math.max(before, Math.max(3, infinity) - (after + 1)), after };
  }

  /** Characters before the point, with the sign; the largest number has the most. */
  #wholeDigits(size: number, sign: 1 | -1): number {
    return size < 0 ? 0 : this.#signed(positionalText(sign * size, this.single)).indexOf(".");
  }

  get #exponentDigits(): number {
    return this.#largest === 0
      ? 2
      : Math.max(2, exponentLength(this.#smallest), exponentLength(this.#largest));
  }

  /** Gives the text of each number, once all were observed. */
  formatter(): (x: number) => string {
    const { before, after } = this.#widths;
    const scientific = this.#scientific;
    const exponentDigits = this.#exponentDigits;
    return (x) => {
      if (!Number.isFinite(x)) {
        const text = Number.isNaN(x) ? this.#signed("nan") : x < 0 ? "-inf" : this.#signed("inf");
        return text.padStart(before + after + 1);
      }
      if (scientific) {
        const text = this.#signed(scientificText(x, this.single, this.#places, exponentDigits));
        return " ".repeat(Math.max(0, before - text.indexOf("."))) + text;
      }
      const [whole = "", fraction = ""] = this.#signed(positionalText(x, this.single)).split(".");
      return `${whole.padStart(before)}.${fraction.padEnd(after)}`;
    };
  }

  #signed(text: string): string {
    return this.plus && !text.startsWith("-") ? `+${text}` : text;
  }
}

function exponentLength(size: number): number {
  const exponent = size.toExponential(8).split("e")[1] ?? "";
  return exponent.length - 1;
}
