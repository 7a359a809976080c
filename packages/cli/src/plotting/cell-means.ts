import { numbersOf, type Plane } from "./plane.js";

/** Cells of a heat map, row by row; NaN where there is no number. */
export interface Cells {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/**
 * A plane as cells: the first axis downwards, or to the right where `turned`. Where there are more elements than cells,
 * a cell is the mean of its elements.
 */
export async function cellMeans(
  plane: Plane,
  { maxRows, maxColumns, turned }: { maxRows: number; maxColumns: number; turned: boolean },
): Promise<Cells> {
  const [first = 1, second = 1] = plane.lengths.length === 1 ? [1, plane.lengths[0]] : plane.lengths;
  const rows = Math.min(turned ? second : first, maxRows);
  const columns = Math.min(turned ? first : second, maxColumns);
  const sums = new Float64Array(rows * columns);
  const counts = new Float64Array(rows * columns);
  const alongFirst = turned ? columns : rows;
  const alongSecond = turned ? rows : columns;
  let row = 0;
  let column = 0;
  for await (const numbers of numbersOf(plane.view))
    for (let at = 0; at < numbers.length; at++) {
      const value = numbers[at] as number; // within its length
      if (value - value === 0) {
        const a = Math.floor((row * alongFirst) / first);
        const b = Math.floor((column * alongSecond) / second);
        const cell = turned ? b * columns + a : a * columns + b;
        sums[cell] = (sums[cell] as number) + value; // within its length, as below
        counts[cell] = (counts[cell] as number) + 1;
      }
      if (++column === second) {
        column = 0;
        row++;
      }
    }
  return { rows, columns, values: sums.map((sum, cell) => sum / (counts[cell] ?? 0)) };
}

/** Least and greatest of the numbers among values; undefined where there is none. */
export function rangeOf(values: Iterable<number>): { min: number; max: number } | undefined {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? { min, max } : undefined;
}
