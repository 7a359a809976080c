import type { Element } from "./compare-elements.js";

/** An element on one line, as Python writes it. */
export function elementText(value: Element): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return value ? "True" : "False";
    case "object":
      return `(${numberText(value.re)}${value.im < 0 || Object.is(value.im, -0) ? "" : "+"}${numberText(value.im)}j)`;
    default:
      return numberText(value);
  }
}

export function numberText(value: number | bigint): string {
  if (Number.isNaN(value)) return "nan";
  if (Object.is(value, -0)) return "-0";
  return String(value).replace("Infinity", "inf");
}
