/**
 * Compiles only where `Actual` is assignable to `Expected`.
 *
 * The expected types of these files have functions as properties, not as methods:
 * TypeScript compares parameters strictly with the former only.
 */
export type FitsIn<Expected, Actual extends Expected> = Actual;
