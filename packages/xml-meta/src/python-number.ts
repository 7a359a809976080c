/**
 * A number as Python's `str` gives it: whole safe numbers as `int`, all others
 * as `float` (`1e-05`, `1e+16`, `-0.0`, `nan`, `inf`). JavaScript does not
 * distinguish the two; the rule is that of the metadata attributes.
 */
export function pythonNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (Object.is(value, -0)) return "-0.0";
  if (Number.isSafeInteger(value)) return String(value);
  // Both languages give the shortest digits that read back as the same number, but use an exponent at different sizes.
  const [mantissa = "", exponentText] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 16) return Number.isInteger(value) ? `${value}.0` : String(value);
  const digits = String(Math.abs(exponent)).padStart(2, "0");
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${digits}`;
}
