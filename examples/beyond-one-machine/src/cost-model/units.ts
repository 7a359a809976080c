const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
/** Each with how many of it are one of the next. */
const TIME_UNITS = [
  ["s", 60],
  ["min", 60],
  ["h", 24],
  ["d", 365],
  ["y", Number.POSITIVE_INFINITY],
] as const;

/** `512 B`, `1.1 MB`, `16 MB`: two digits, powers of 1000. */
export function bytesText(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  for (; amount >= 999.5 && unit < BYTE_UNITS.length - 1; unit++) amount /= 1000;
  return `${digits(amount)} ${BYTE_UNITS[unit]}`;
}

/** `0.3 s`, `42 s`, `3.5 h`. */
export function timeText(seconds: number): string {
  let amount = seconds;
  for (const [unit, next] of TIME_UNITS) {
    if (amount < next * 1.5) return `${digits(amount)} ${unit}`;
    amount /= next;
  }
  return `${digits(amount)} y`;
}

/** `950`, `8.3 k`, `1.0 M`, `7.6 G`. */
export function countText(count: number): string {
  let [amount, unit] = [count, 0];
  const units = ["", " k", " M", " G", " T"];
  for (; amount >= 999.5 && unit < units.length - 1; unit++) amount /= 1000;
  return unit === 0 ? String(Math.round(amount)) : `${digits(amount)}${units[unit]}`;
}

function digits(amount: number): string {
  return amount >= 9.95 || amount === 0 ? amount.toFixed(0) : amount.toFixed(1);
}
