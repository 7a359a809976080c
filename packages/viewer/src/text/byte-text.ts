const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** A number of bytes in the unit that fits: `2 GiB`, `12.3 KiB`. */
export function byteText(bytes: number): string {
  if (bytes === 1) return "1 byte";
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${value < 100 ? Number(value.toFixed(1)) : Math.round(value)} ${UNITS[power]}`;
}
