import { elementCount, type StorageManager, shapeText } from "@tvb-storage/core";
import { attributesOf } from "../attributes-of.js";
import { areComparable, compareElements, noDifferences } from "./compare-elements.js";
import { type DiffOptions, isIgnoredKey } from "./diff-options.js";
import type { ReportDifference } from "./difference.js";

/** Compares the attributes of a node that both files have: which there are, their types, shapes and values. */
export async function compareAttributes(
  [a, b]: readonly [StorageManager, StorageManager],
  node: string,
  options: DiffOptions,
  report: ReportDifference,
): Promise<void> {
  const [left, right] = [await attributesOf(a, node), await attributesOf(b, node)];
  const unreadable = new Map([...left.unreadable, ...right.unreadable]);
  const keys = new Set([...left.arrays.keys(), ...right.arrays.keys(), ...unreadable.keys()]);
  for (const attribute of [...keys].sort().filter((key) => !isIgnoredKey(options, key))) {
    const about = { node, attribute };
    const type = unreadable.get(attribute);
    if (type !== undefined) {
      await report({ ...about, kind: "trouble", reason: `its type is ${type}` });
      continue;
    }
    const x = left.arrays.get(attribute);
    const y = right.arrays.get(attribute);
    if (x === undefined || y === undefined) {
      const only = x ?? y;
      const what = only === undefined ? "" : `attribute ${only.dtype} ${shapeText(only.shape)}`;
      await report({ ...about, kind: y === undefined ? "onlyInA" : "onlyInB", what });
      continue;
    }
    if (x.dtype !== y.dtype)
      await report({ ...about, kind: "property", property: "dtype", a: x.dtype, b: y.dtype });
    const [shape, otherShape] = [shapeText(x.shape), shapeText(y.shape)];
    if (shape !== otherShape)
      await report({ ...about, kind: "property", property: "shape", a: shape, b: otherShape });
    if (shape !== otherShape || !areComparable(x, y)) continue;
    const found = noDifferences();
    compareElements(x, y, options.tolerance, found, options);
    const compared = elementCount(x.shape);
    if (found.count > 0) await report({ ...about, kind: "values", compared, found });
  }
}
