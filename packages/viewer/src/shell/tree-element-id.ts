import type { TreeRow } from "./tree-rows.js";

/**
 * The identity of a row's element. ARIA's lists of identities are separated by spaces, which names in files have; and names
 * that are no UTF-8 have surrogates, which encodeURIComponent refuses.
 */
export function elementId({ id }: Pick<TreeRow, "id">): string {
  return `row-${id.replaceAll(/[^\w./-]/g, (unit) => `~${unit.charCodeAt(0).toString(16)}~`)}`;
}
