/** When two numbers count as equal; the meaning is that of numpy's `allclose`. */
export interface Tolerance {
  /** Largest difference relative to the second number. */
  readonly rtol: number;
  /** Largest difference added to that. */
  readonly atol: number;
  /** Two NaN are equal. */
  readonly equalNan: boolean;
}

/** What differs by more than this is different. */
export function allowedDifference({ rtol, atol }: Tolerance, reference: number): number {
  return atol + rtol * reference;
}
