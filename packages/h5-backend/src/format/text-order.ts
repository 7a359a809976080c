/** The order of the texts' UTF-8 bytes, which is HDF5's order of names. */
export function compareText(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    // Surrogates stand for code points above all others, which UTF-16 does not sort there.
    const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;
    return isHigh(a) === isHigh(b) ? a - b : isHigh(a) ? 1 : -1;
  }
  return left.length - right.length;
}
