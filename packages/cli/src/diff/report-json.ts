import type { NDArray } from "@tvb-storage/core";
import { shortestText } from "@tvb-storage/core/internal";
import type { Difference } from "./difference.js";

/** A difference as it is in the JSON document; null where there is no largest difference. */
export function differenceJson(difference: Difference): unknown {
  if (difference.kind !== "values") return difference;
  const { found, ...about } = difference;
  const { count, maxAbsolute = null, maxRelative = null, first } = found;
  const listed = first.map(({ at, a, b }) => ({ at, a: elementJson(a), b: elementJson(b) }));
  return { ...about, count, maxAbsolute, maxRelative, first: listed };
}

/** A complex number is the list of its parts. */
function elementJson({ dtype, data }: NDArray): unknown {
  const [first, second] = data;
  switch (dtype) {
    case "bool":
      return first !== 0;
    case "complex64":
    case "complex128":
      return [first, second];
    case "float32": {
      const value = Number(first);
      return Number.isFinite(value) ? Number(shortestText(value)) : value;
    }
    default:
      return first;
  }
}
