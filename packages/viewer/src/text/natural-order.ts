/** Language and locale of the machine do not matter; numbers in names count as numbers. */
const collator = new Intl.Collator("en", { numeric: true });

/** Compares names as people sort them: `run2` is before `run10`. */
export function compareNames(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
