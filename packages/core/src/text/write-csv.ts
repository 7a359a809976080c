import { type DataType, entriesPerElement } from "../data-type.js";
import type { ElementStream } from "../element-stream.js";
import { elementCount } from "../shape.js";
import { type Cell, cellsOf, numberText, TextOutput } from "./cells.js";

/** Ends of lines, as RFC 4180 has them. */
const END = "\r\n";

/** Names of the indices of each axis, for those that have some; as many as the axis is long. */
export type AxisLabels = readonly (readonly string[] | undefined)[];

/**
 * Writes an array as CSV (RFC 4180): a line for each row of the last axis, for one axis a line for each element. A complex
 * number is two cells. With three axes or more, the indices of the others come first; where an axis has labels, they are
 * there in place of its indices, also with fewer axes. Labels of the last axis of several make a header, which there is only then.
 */
export async function writeCsv(
  stream: ElementStream,
  write: (text: string) => Promise<void>,
  labels: AxisLabels = [],
): Promise<void> {
  const { shape, dtype } = stream;
  const output = new TextOutput(write);
  const parts = entriesPerElement(dtype);
  const isTable = shape.length > 1;
  const rowCells = (isTable ? (shape.at(-1) ?? 1) : 1) * parts;
  const leading = isTable ? shape.slice(0, -1) : shape;
  const isLed = leading.map((_, axis) => shape.length > 2 || labels[axis] !== undefined);
  const hasLeading = isLed.includes(true);
  const columns = isTable ? labels[shape.length - 1] : undefined;
  if (columns !== undefined)
    await output.add(
      [...isLed.filter(Boolean).map(() => '""'), ...columns.flatMap((name) => columnNames(name, parts))].join(
        ",",
      ) + END,
    );
  let row = 0;
  let column = 0;
  if (elementCount(shape) > 0)
    for await (const block of stream.blocks())
      for (const cell of cellsOf(block)) {
        if (column === 0 && hasLeading) await output.add(leadingCells(row, leading, isLed, labels));
        column++;
        const isLast = column === rowCells;
        const waiting = output.add(cellText(cell, dtype) + (isLast ? END : ","));
        if (waiting !== undefined) await waiting;
        if (isLast) {
          row++;
          column = 0;
        }
      }
  await output.flush();
}

function columnNames(name: string, parts: 1 | 2): string[] {
  return parts === 1 ? [csvText(name)] : [csvText(`${name} real`), csvText(`${name} imag`)];
}

/** The cells before those of a row, with a comma after each. */
function leadingCells(
  row: number,
  leading: readonly number[],
  isLed: readonly boolean[],
  labels: AxisLabels,
): string {
  return indexOf(row, leading)
    .map((index, axis) => {
      if (isLed[axis] !== true) return "";
      const label = labels[axis]?.[index];
      return `${label === undefined ? index : csvText(label)},`;
    })
    .join("");
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

/** A text as one cell. An empty one in quotes: without them, it would be a missing value to most readers. */
function csvText(text: string): string {
  return /[",\r\n]|^\s|\s$|^$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cellText(cell: Cell, dtype: DataType): string {
  switch (typeof cell) {
    case "string":
      return csvText(cell);
    case "number":
      if (Number.isNaN(cell)) return "nan";
      return Number.isFinite(cell) ? numberText(cell, dtype) : cell > 0 ? "inf" : "-inf";
    case "boolean":
      return cell ? "True" : "False";
    default:
      return String(cell);
  }
}
