import { plot } from "simple-ascii-chart";
import { rangeOf } from "../../plotting/cell-means.js";
import type { LinePoint } from "../../plotting/envelope.js";
import { ticks, tickText } from "../../plotting/ticks.js";

export interface LinePlot {
  readonly lines: readonly (readonly LinePoint[])[];
  /** Values of the horizontal axis at the indices of points. */
  readonly value: (index: number) => number;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly coloured: boolean;
}

const COLOURS = [
  "ansiCyan",
  "ansiYellow",
  "ansiMagenta",
  "ansiGreen",
  "ansiRed",
  "ansiBlue",
  "ansiWhite",
] as const;
/** Columns from one label of the horizontal axis to the next. */
const LABEL_COLUMNS = 10;

/** Lines in a terminal; undefined where there is no number. */
export function linePlot({ lines, value, title, width, height, coloured }: LinePlot): string | undefined {
  const range = rangeOf(lines.flatMap((line) => line.map(([, y]) => y)));
  const last = Math.max(...lines.flatMap((line) => line.map(([index]) => index)));
  if (range === undefined) return undefined;
  const yRange: [number, number] =
    range.min < range.max ? [range.min, range.max] : [range.min - 1, range.max + 1];
  const yTicks = ticks(yRange[0], yRange[1], Math.max(2, height / 3));
  const xTicks = ticks(value(0), value(last), Math.max(2, width / LABEL_COLUMNS));
  const labelColumns = Math.max(...yTicks.map((tick) => tickText(tick).length));
  // The chart cannot draw gaps: the parts between them are lines of their own.
  const parts = lines.flatMap((line, at) =>
    withoutGaps(line).map((points) => ({
      points: points.map(([index, y]): [number, number] => [value(index), y]),
      colour: COLOURS[at % COLOURS.length] ?? "ansiWhite",
    })),
  );
  const text = plot(
    parts.map(({ points }) => points),
    {
      width: Math.max(10, width - labelColumns - 4),
      height,
      yRange,
      customXAxisTicks: xTicks,
      customYAxisTicks: yTicks,
      formatter: tickText,
      xLabel: title,
      ...(coloured ? { color: parts.map(({ colour }) => colour) } : {}),
    },
  );
  return `${text
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .join("\n")}\n`;
}

function withoutGaps(line: readonly LinePoint[]): LinePoint[][] {
  const parts: LinePoint[][] = [];
  let part: LinePoint[] | undefined;
  for (const point of line) {
    if (Number.isNaN(point[1])) part = undefined;
    else if (part === undefined) {
      part = [point];
      parts.push(part);
    } else part.push(point);
  }
  return parts;
}
