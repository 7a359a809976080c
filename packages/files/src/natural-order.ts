/** Made when names are compared: it takes longer than most programs need for all their names. */
let collator: Intl.Collator | undefined;

/** Compares names as people sort them, whatever the language of the machine: `run2` is before `run10`. */
export function compareNames(a: string, b: string): number {
  collator ??= new Intl.Collator("en", { numeric: true });
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
