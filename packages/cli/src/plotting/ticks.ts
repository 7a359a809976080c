/** Round numbers (1, 2 or 5 times a power of ten apart) from `min` to `max`, about `count` of them. */
export function ticks(min: number, max: number, count: number): number[] {
  const span = max - min;
  if (!(span > 0) || !Number.isFinite(span)) return Number.isFinite(min) ? [min] : [];
  const rough = span / Math.max(1, count);
  const power = Math.floor(Math.log10(rough));
  const unit = 10 ** power;
  // The nearest of them, in proportion.
  const part = rough / unit;
  const step = part >= Math.sqrt(50) ? 10 : part >= Math.sqrt(10) ? 5 : part >= Math.SQRT2 ? 2 : 1;
  // Whole multiples of a step that is written exactly, so that 0.3 is not 0.30000000000000004.
  const scaled = (index: number) => Number(`${index * step}e${power}`);
  const first = Math.ceil(min / (step * unit) - 1e-9);
  const last = Math.floor(max / (step * unit) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => scaled(first + at));
}

/** A number with at most five digits, for axes. */
export function tickText(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3)
    return value
      .toExponential(4)
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  return String(Number(value.toPrecision(5)));
}
