// What was handed out is the caller's, who may write into it. The kit does, and looks again.

/** Writes into all memory that a value has: arrays, numbers of typed arrays, dates, and what objects hold. */
export function scribble(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  if (ArrayBuffer.isView(value)) {
    new Uint8Array(value.buffer, value.byteOffset, value.byteLength).fill(0x5a);
    return;
  }
  if (value instanceof Date) {
    value.setTime(0);
    if ("microsecond" in value) Object.assign(value, { microsecond: 1 });
    return;
  }
  if (Array.isArray(value)) {
    value.forEach((entry: unknown, i) => {
      if (typeof entry === "object" && entry !== null) scribble(entry);
      else value[i] = typeof entry === "number" ? 77 : "scribbled";
    });
    return;
  }
  for (const each of Object.values(value)) scribble(each);
}
