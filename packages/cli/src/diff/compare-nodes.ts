import { type NodeInfo, shapeText } from "@tvb-storage/core";

/** A property that two nodes do not share, as texts. */
export interface DifferentProperty {
  readonly property: string;
  readonly a: string;
  readonly b: string;
}

/** What a node is, for a node that only one file has: `dataset float64 10 x 3`. */
export function nodeText({ kind, dtype, shape, target }: NodeInfo): string {
  const parts = [kind, dtype, shape === undefined ? undefined : shapeText(shape)];
  if (target !== undefined) parts.push(`to ${target}`);
  return parts.filter((part) => part !== undefined).join(" ");
}

/** How two nodes of one path differ, but for their values and attributes. */
export function differentProperties(a: NodeInfo, b: NodeInfo, layout: boolean): DifferentProperty[] {
  if (a.kind !== b.kind) return [{ property: "kind", a: a.kind, b: b.kind }];
  const pairs: [property: string, a: string, b: string][] = [
    ["dtype", a.dtype ?? "none", b.dtype ?? "none"],
    ["shape", shapeOf(a.shape), shapeOf(b.shape)],
    ["stored type", a.storedType ?? "none", b.storedType ?? "none"],
    ["target", a.target ?? "none", b.target ?? "none"],
  ];
  if (layout)
    pairs.push(
      ["max shape", shapeOf(a.maxShape), shapeOf(b.maxShape)],
      ["chunks", shapeOf(a.chunks), shapeOf(b.chunks)],
      ["filters", listOf(a.filters), listOf(b.filters)],
      ["bytes of a string", String(a.stringLength ?? "any"), String(b.stringLength ?? "any")],
    );
  return pairs.filter(([, x, y]) => x !== y).map(([property, x, y]) => ({ property, a: x, b: y }));
}

function shapeOf(shape: readonly (number | null)[] | null | undefined): string {
  return shape === undefined || shape === null ? "none" : shapeText(shape);
}

function listOf(filters: readonly string[] | undefined): string {
  return filters === undefined || filters.length === 0 ? "none" : filters.join(", ");
}
