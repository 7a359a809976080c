/** Readers do not trust a modification time more recent than this: within a step of the system's clock (up to 10 ms) another write might not change it. */
export const RACY_MS = 20;

const COMPARED = ["size", "mtimeMs", "ctimeMs", "ino", "dev"] as const;

type Compared = { readonly [Key in (typeof COMPARED)[number]]?: number | undefined };

/** Whether two stats are of the same file, unchanged between them; what the file system does not give is not compared. */
export function isSameState(one: Compared, other: Compared): boolean {
  return COMPARED.every((key) => one[key] === other[key]);
}
