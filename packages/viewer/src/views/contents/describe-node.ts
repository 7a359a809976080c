import type { NodeInfo } from "@tvb-storage/core/arrays";

/** `float64`, `string of 10 bytes`; of what is no dataset its kind, of what cannot be read why. */
export function typeOfNode({ kind, dtype, stringLength, target, reason }: NodeInfo): string {
  if (kind === "unreadable") return reason ?? "cannot be read";
  if (kind === "link") return `link to ${target ?? "nothing"}`;
  if (kind === "datatype") return `named type${dtype === undefined ? "" : ` ${dtype}`}`;
  if (dtype === undefined) return kind;
  return stringLength === undefined ? dtype : `${dtype} of ${stringLength} bytes`;
}

/** `3 × 4`; `scalar` of a dataset without axes. */
export function shapeOfNode({ kind, shape }: NodeInfo): string {
  if (shape === undefined) return "";
  return shape.length === 0 && kind === "dataset" ? "scalar" : shape.join(" × ");
}

/** What else there is to say: why elements cannot be read, how it is stored, its axes, how far it may grow, its other paths. */
export function remarksOnNode(node: NodeInfo): string[] {
  const { kind, reason, shape, maxShape, defaultMaxShape, otherPaths, storedType, dimensionNames } = node;
  const remarks: string[] = [];
  if (reason !== undefined && kind !== "unreadable") remarks.push(reason);
  if (storedType !== undefined) remarks.push(`stored as ${storedType}`);
  if (dimensionNames?.some((name) => name !== null && name !== ""))
    remarks.push(`axes ${dimensionNames.map((name) => name || "?").join(" × ")}`);
  if (defaultMaxShape !== true && maxShape?.some((length, axis) => length !== shape?.[axis]))
    remarks.push(`may grow to ${maxShape.map((length) => length ?? "∞").join(" × ")}`);
  if (otherPaths !== undefined && otherPaths.length > 0) remarks.push(`also ${otherPaths.join(", ")}`);
  return remarks;
}
