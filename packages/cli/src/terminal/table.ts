import Table from "cli-table3";
import stringWidth from "string-width";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** May be cut, with `…`, where rows are wider than the terminal. */
  readonly canShrink?: boolean;
}

export interface TableLook {
  /** Of the terminal; undefined: nothing is cut. */
  readonly width: number | undefined;
  readonly title?: (text: string) => string;
}

const GAP = "  ";
const MIN_WIDTH = 8;
/** cli-table3 takes a time that grows with the square of the rows. */
const ROWS_AT_ONCE = 100;

const NO_BORDERS = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "" },
  ...{ bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
  ...{ left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "" },
  middle: GAP,
};

/**
 * The lines of a table without borders, as `ls` prints; columns that are empty in all rows are left out. Cells are
 * printable texts without line breaks.
 */
export function* tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width, title = (text) => text }: TableLook,
): Generator<string> {
  const used = columns
    .map((column, index) => ({ column, index }))
    .filter(({ index }) => rows.some((row) => (row[index] ?? "") !== ""));
  const cells = rows.map((row) => used.map(({ index }) => row[index] ?? ""));
  const widths = used.map(({ column }, index) =>
    cells.reduce((widest, row) => Math.max(widest, stringWidth(row[index] ?? "")), column.title.length),
  );
  if (width !== undefined)
    shrink(
      widths,
      used.map(({ column }) => column),
      width,
    );
  const lines = (part: readonly (readonly string[])[]): string[] => {
    const table = new Table({
      chars: NO_BORDERS,
      style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
      colWidths: [...widths],
      colAligns: used.map(({ column }) => column.align ?? "left"),
    });
    table.push(...part.map((row) => [...row]));
    return table.toString().split("\n");
  };
  if (rows.length > 0) {
    const [head = ""] = lines([used.map(({ column }) => column.title)]);
    yield title(head.trimEnd());
  }
  for (let start = 0; start < cells.length; start += ROWS_AT_ONCE)
    for (const line of lines(cells.slice(start, start + ROWS_AT_ONCE))) yield line.trimEnd();
}

/** Takes from the widest columns that may shrink what a row has too much. */
function shrink(widths: number[], columns: readonly Column[], available: number): void {
  const gaps = GAP.length * (widths.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, gaps) - available;
  while (excess > 0) {
    let widest = -1;
    for (const [index, { canShrink }] of columns.entries())
      if (canShrink === true && (widths[index] ?? 0) > Math.max(MIN_WIDTH, widths[widest] ?? 0))
        widest = index;
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
}
