/**
 * A signal as from a simulation: smooth, with noise in the lower digits; deflates to about three quarters.
 * The value at `i` depends on `i` alone, so that any part can be checked.
 */
function signalAt(i: number): number {
  const noise = (Math.imul(i, 1664525) + 1013904223) >>> 0;
  return Math.fround(Math.sin(i / 50) + ((noise ^ (noise >>> 15)) >>> 0) / 2 ** 36);
}

export function signal(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => signalAt(i));
}

/** @throws Error when `found` is not the signal's value at `i`. */
export function expectSignal(found: unknown, i: number): void {
  if (found !== signalAt(i)) throw new Error(`value ${i} is ${String(found)}, not ${signalAt(i)}`);
}

/** Throws when two values differ. */
export function expectEqual(what: string, found: unknown, expected: unknown): void {
  if (String(found) !== String(expected))
    throw new Error(`${what} is ${String(found)}, not ${String(expected)}`);
}
