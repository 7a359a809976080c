import { compareNames } from "@tvb-storage/files/internal";

/** Sorted by the parts of their paths, so that what is in a group comes directly after it. */
export function sortedByPath<T>(items: readonly T[], pathOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, parts: pathOf(item).split("/") }))
    .sort((a, b) => compareParts(a.parts, b.parts))
    .map(({ item }) => item);
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = part === other ? 0 : compareNames(part, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
