import type { Difference } from "./difference.js";

/** A difference as it is in the JSON document; null where there is no largest difference. */
export function differenceJson(difference: Difference): unknown {
  if (difference.kind !== "values") return difference;
  const { found, ...about } = difference;
  const { count, maxAbsolute = null, maxRelative = null, first } = found;
  return { ...about, count, maxAbsolute, maxRelative, first };
}
