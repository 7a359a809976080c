import { type DataType, elementCount } from "@tvb-storage/core";
import { entriesPerElement } from "@tvb-storage/core/internal";
import type { ElementStream } from "../../elements/element-stream.js";
import { type Cell, cellsOf, numberText, TextOutput } from "./cells.js";

/** Ends of lines, as RFC 4180 has them. */
const END = "\r\n";

/**
 * Writes an array as CSV (RFC 4180), without a header: a line for each row of the last axis, for one axis a line for
 * each element. With three axes or more, the indices of the others come first. A complex number is two cells.
 */
export async function writeCsv(stream: ElementStream, write: (text: string) => Promise<void>): Promise<void> {
  const { shape, dtype } = stream;
  const output = new TextOutput(write);
  const rowCells = (shape.length < 2 ? 1 : (shape.at(-1) ?? 1)) * entriesPerElement(dtype);
  const leading = shape.length > 2 ? shape.slice(0, -1) : [];
  let row = 0;
  let column = 0;
  if (elementCount(shape) > 0)
    for await (const block of stream.blocks())
      for (const cell of cellsOf(block)) {
        if (column === 0 && leading.length > 0) await output.add(`${indexOf(row, leading).join(",")},`);
        column++;
        const isLast = column === rowCells;
        const waiting = output.add(csvText(cell, dtype) + (isLast ? END : ","));
        if (waiting !== undefined) await waiting;
        if (isLast) {
          row++;
          column = 0;
        }
      }
  await output.flush();
}

function indexOf(row: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = row;
  for (const length of [...shape].reverse()) {
    index.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return index;
}

function csvText(cell: Cell, dtype: DataType): string {
  switch (typeof cell) {
    case "string":
      // An empty cell would be a missing value to most readers.
      return /[",\r\n]|^\s|\s$|^$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
    case "number":
      if (Number.isNaN(cell)) return "nan";
      return Number.isFinite(cell) ? numberText(cell, dtype) : cell > 0 ? "inf" : "-inf";
    case "boolean":
      return cell ? "True" : "False";
    default:
      return String(cell);
  }
}
