import type { Variant } from "../variant.js";
import { concatenate, convert } from "./sources.js";

export const conversionsVariants: readonly Variant[] = [
  {
    wrong: "wraps integers that are out of range",
    file: convert,
    from: "if (value < low || (wide ? value >= high : value > high)) {",
    to: "if (value < low && value > high) {",
    uses: /range|int|fit/i,
  },
  {
    wrong: "rounds fractions to integers",
    file: convert,
    from: 'if (!Number.isInteger(value)) return found(array, entry, target, "is no whole number and does not fit");',
    to: "if (!Number.isInteger(value)) { result[entry] = wide ? 0n : value; continue; }",
    uses: /int|fraction|fit/i,
  },
  {
    wrong: "rounds float64 arrays to float32 without a word",
    file: convert,
    from: "const rounded = options.plain &&",
    to: "const rounded =",
    uses: /float32/i,
  },
  {
    wrong: "rounds int64 to float64 without a word",
    file: convert,
    from: "if (!Number.isFinite(kept) || BigInt(kept) !== value)",
    to: "if (!Number.isFinite(kept))",
    uses: /int64|float64/i,
  },
  {
    wrong: "joins complex rows by entries, not by pairs",
    file: concatenate,
    from: "return elementCount(shape.slice(axis + 1)) * entriesPerElement(dtype);",
    to: "return elementCount(shape.slice(axis + 1)); // entriesPerElement(dtype)",
    uses: /complex/i,
  },
];
