import { type Cells, rangeOf } from "../../plotting/cell-means.js";
import { colourScale, type Rgb } from "../../plotting/colour-maps.js";
import { tickText } from "../../plotting/ticks.js";

/** From nothing to full, where there are no colours. */
const SHADES = " .:-=+*#%@";
const NO_NUMBER = "?";

export interface HeatMapPlot {
  readonly cells: Cells;
  /** `time (ms)`, to the right; `region`, downwards. */
  readonly across: string;
  readonly down: string;
  readonly values: string;
  /** `none` prints characters; the others two cells in each half block. */
  readonly colours: "none" | "256" | "true";
}

/** A heat map in a terminal; undefined where there is no number. */
export function heatMapPlot({ cells, across, down, values, colours }: HeatMapPlot): string | undefined {
  const range = rangeOf(cells.values);
  if (range === undefined) return undefined;
  const scale = colourScale(range);
  const lines = colours === "none" ? shaded(cells, range) : halfBlocks(cells, scale.colour, colours);
  const legend = colours === "none" ? shadesLegend(range) : coloursLegend(scale, colours);
  return `${[`${values}  ${legend}`, ...lines, `down: ${down}; across: ${across}`].join("\n")}\n`;
}

function shaded({ rows, columns, values }: Cells, range: { min: number; max: number }): string[] {
  const span = range.max - range.min;
  const shade = (value: number) => {
    if (Number.isNaN(value)) return NO_NUMBER;
    const part = span > 0 ? (value - range.min) / span : 0.5;
    return SHADES[Math.min(SHADES.length - 1, Math.floor(part * SHADES.length))];
  };
  return Array.from({ length: rows }, (_, row) =>
    Array.from(values.subarray(row * columns, (row + 1) * columns), shade).join(""),
  );
}

function shadesLegend({ min, max }: { min: number; max: number }): string {
  return `${tickText(min)} "${SHADES}" ${tickText(max)}`;
}

function halfBlocks(cells: Cells, colour: (value: number) => Rgb, colours: "256" | "true"): string[] {
  const at = (row: number, column: number) => cells.values[row * cells.columns + column];
  return Array.from({ length: Math.ceil(cells.rows / 2) }, (_, pair) => {
    let line = "";
    for (let column = 0; column < cells.columns; column++) {
      const upper = at(2 * pair, column) ?? Number.NaN;
      const lower = 2 * pair + 1 < cells.rows ? (at(2 * pair + 1, column) ?? Number.NaN) : undefined;
      line += paint(upper, lower, colour, colours);
    }
    return `${line}\x1b[0m`;
  });
}

/** The upper half is the foreground of the character, the lower half its background. */
function paint(
  upper: number,
  lower: number | undefined,
  colour: (value: number) => Rgb,
  colours: "256" | "true",
): string {
  const of = (value: number): Rgb => (Number.isNaN(value) ? [128, 128, 128] : colour(value));
  const back = lower === undefined ? "49" : `48;${code(of(lower), colours)}`;
  return `\x1b[38;${code(of(upper), colours)};${back}m▀`;
}

function code([red, green, blue]: Rgb, colours: "256" | "true"): string {
  if (colours === "true") return `2;${red};${green};${blue}`;
  const level = (part: number) => (part < 48 ? 0 : part < 115 ? 1 : Math.floor((part - 35) / 40));
  return `5;${16 + 36 * level(red) + 6 * level(green) + level(blue)}`;
}

function coloursLegend(
  { min, max, colour }: { min: number; max: number; colour: (value: number) => Rgb },
  colours: "256" | "true",
): string {
  const steps = 20;
  const bar = Array.from({ length: steps }, (_, at) => {
    const value = min + ((max - min) * at) / (steps - 1);
    return `\x1b[48;${code(colour(value), colours)}m `;
  }).join("");
  return `${tickText(min)} ${bar}\x1b[0m ${tickText(max)}`;
}
