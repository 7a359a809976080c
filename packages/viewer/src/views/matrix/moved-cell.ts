import type { Cell } from "./region-matrix.js";

/** Where a key moves the cursor in a matrix of `size` rows and columns; undefined where it is no key of the cursor. */
export function movedCell(
  cell: Cell | undefined,
  key: string,
  size: number,
  toTheEnd: boolean,
): Cell | undefined {
  const last = size - 1;
  const { row, column } = cell ?? { row: 0, column: 0 };
  const moves: Readonly<Record<string, Cell>> = {
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: column + 1 },
    Home: { row: toTheEnd ? 0 : row, column: 0 },
    End: { row: toTheEnd ? last : row, column: last },
    PageUp: { row: row - 10, column },
    PageDown: { row: row + 10, column },
  };
  const moved = moves[key];
  if (moved === undefined) return undefined;
  // The first key shows the cursor.
  if (cell === undefined) return { row: 0, column: 0 };
  return { row: within(moved.row, last), column: within(moved.column, last) };
}

function within(index: number, last: number): number {
  return Math.min(Math.max(index, 0), last);
}

/** A cell in the address, `row,column`; undefined for none and for one that is not in the matrix. */
export function cellOf(text: string | undefined, size: number): Cell | undefined {
  const [, row, column] = /^(\d+),(\d+)$/.exec(text ?? "") ?? [];
  const cell = { row: Number(row), column: Number(column) };
  return cell.row < size && cell.column < size ? cell : undefined;
}
