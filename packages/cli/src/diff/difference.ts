import type { ElementDifferences } from "./compare-elements.js";

/** One thing that differs, or that could not be compared. `node` is a path in the file, `file` one in the project. */
export type Difference = {
  readonly file?: string;
  readonly node?: string;
  readonly attribute?: string;
  readonly field?: string;
} & (
  | { readonly kind: "onlyInA" | "onlyInB"; readonly what: string }
  /** A property such as the shape, as a text for each side. */
  | { readonly kind: "property"; readonly property: string; readonly a: string; readonly b: string }
  | {
      readonly kind: "values";
      /** Elements that were compared. */
      readonly compared: number;
      readonly found: ElementDifferences;
    }
  | { readonly kind: "bytes"; readonly a: number; readonly b: number; readonly at: number }
  /** What cannot be read is trouble, not equality. */
  | { readonly kind: "trouble"; readonly reason: string }
);

export type ReportDifference = (difference: Difference) => Promise<void>;
