const UNITS = ["KiB", "MiB", "GiB", "TiB"] as const;

/** A number of bytes as people read it: `512 B`, `1.50 KiB`. */
export function byteText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes;
  let unit: string = "B";
  for (const next of UNITS) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}
