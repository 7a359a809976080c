import type { NDArray } from "@tvb-storage/core";
import { inCommandWords } from "../options/in-command-words.js";
import { scalarText } from "../show/print/element-format.js";
import { pythonText } from "../show/print/python-text.js";
import { printable } from "../terminal/printable.js";
import type { Difference } from "./difference.js";

/** A difference in lines for people: what it is about, and what each side has; then the elements that are listed. */
export function differenceLines(difference: Difference): string[] {
  const about = printable(subject(difference));
  switch (difference.kind) {
    case "onlyInA":
      return [`${about}: only in the first: ${printable(difference.what)}`];
    case "onlyInB":
      return [`${about}: only in the second: ${printable(difference.what)}`];
    case "property":
      return [`${about}: ${difference.property} ${printable(difference.a)}, ${printable(difference.b)}`];
    case "bytes":
      return [`${about}: ${bytesText(difference)}`];
    case "trouble":
      return [`${about}: not compared: ${printable(inCommandWords(difference.reason))}`];
    case "values":
      return [`${about}: ${valuesText(difference)}`, ...elementLines(difference)];
  }
}

function subject({ file, node, field, attribute }: Difference): string {
  const parts = [file, node === undefined ? undefined : `${node}${field === undefined ? "" : `.${field}`}`];
  if (attribute !== undefined) parts.push(`@${attribute}`);
  return parts.filter((part) => part !== undefined).join(" ");
}

function bytesText({ a, b, at }: Difference & { readonly kind: "bytes" }): string {
  return a === b ? `bytes differ from ${at} on` : `${a} bytes, ${b} bytes; they differ from ${at} on`;
}

function valuesText({ compared, found }: Difference & { readonly kind: "values" }): string {
  const { count, maxAbsolute, maxRelative } = found;
  const counted = `${count} of ${compared} ${compared === 1 ? "value differs" : "values differ"}`;
  if (maxAbsolute === undefined) return counted;
  const relative = maxRelative === undefined ? "" : `, relative ${rounded(maxRelative)}`;
  return `${counted}, by ${rounded(maxAbsolute)} at most${relative}`;
}

/** Enough digits to choose a tolerance. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function elementLines({ found }: Difference & { readonly kind: "values" }): string[] {
  const rows = found.first.map(({ at, a, b }) => [`[${at.join(", ")}]`, elementText(a), elementText(b)]);
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(
    (row) => `    ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`,
  );
  const rest = found.count - rows.length;
  return rows.length > 0 && rest > 0 ? [...lines, `    and ${rest} more`] : lines;
}

/** An element as numpy prints it, texts in quotes. */
function elementText(element: NDArray): string {
  return printable(element.dtype === "string" ? pythonText(element.data[0] ?? "") : scalarText(element));
}
