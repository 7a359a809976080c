import type { VisibleAxis } from "./label-ticks.js";

/** The square of a matrix that is seen, in cells. */
export interface CellWindow {
  /** Of its upper left corner. */
  readonly row: number;
  readonly column: number;
  /** Of its sides. */
  readonly cells: number;
}

/** In the address, `row,column,cells`; undefined for none and for one that is not within the matrix. */
export function windowOf(text: string | undefined, size: number): CellWindow | undefined {
  const [, row, column, cells] = /^([\d.]+),([\d.]+),([\d.]+)$/.exec(text ?? "")?.map(Number) ?? [];
  if (row === undefined || column === undefined || cells === undefined) return undefined;
  const isWithin = cells > 0 && Math.max(row, column) + cells <= size + ROUNDED;
  return isWithin ? { row, column, cells } : undefined;
}

const ROUNDED = 0.01;

/** Undefined where all cells are seen. */
export function windowText(rows: VisibleAxis, columns: VisibleAxis, size: number): string | undefined {
  const cells = columns.to - columns.from;
  if (!(cells < size - ROUNDED)) return undefined;
  return [rows.from, columns.from, cells].map((each) => Number(Math.max(0, each).toFixed(2))).join(",");
}
