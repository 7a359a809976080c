import { quoted } from "@tvb-storage/files";
import { UsageError } from "../usage-error.js";

/** @throws UsageError the text is no number, or not in the range. */
export function numberOption(
  option: string,
  text: string,
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, whole = false } = {},
): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isSafeInteger(value)))
    return value;
  const range = Number.isFinite(max)
    ? ` from ${min} to ${max}`
    : Number.isFinite(min)
      ? ` of at least ${min}`
      : "";
  throw new UsageError(
    `${option} must be a ${whole ? "whole number" : "number"}${range}, not ${quoted(text)}`,
  );
}
