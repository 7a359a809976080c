import type { StorageManager } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import { type Context, withStorage } from "../context.js";
import { type DatasetView, openDataset } from "../elements/dataset-view.js";
import { numberOption } from "../options/number-option.js";
import { writeNewFile } from "../output/new-file.js";
import { horizontalAxis, type PlotLabels, plotLabels } from "../plotting/axis-labels.js";
import { cellMeans } from "../plotting/cell-means.js";
import { COLOUR_MAPS } from "../plotting/colour-maps.js";
import { envelopes } from "../plotting/envelope.js";
import { type Plane, planeOf } from "../plotting/plane.js";
import { printable } from "../terminal/printable.js";
import { withProgress } from "../terminal/progress.js";
import { UsageError } from "../usage-error.js";
import { ChartFrame, type PictureSize } from "./chart-frame.js";
import { heatMapChart } from "./heat-map-chart.js";
import { lineChart } from "./line-chart.js";
import { renderPng } from "./render-png.js";
import { renderSvg } from "./render-svg.js";

export interface PlotFlags {
  readonly output: string;
  readonly select?: string;
  readonly field?: string;
  readonly kind?: string;
  readonly title?: string;
  readonly width?: string;
  readonly height?: string;
  readonly log?: true;
  readonly colours?: string;
  readonly overwrite?: true;
}

const KINDS = ["auto", "line", "heatmap"];
/** More lines than this cannot be told apart. */
const MAX_LINES = 20;
const AUTO_LINES = 12;
const SIZE = { min: 200, max: 8000, whole: true };

export async function plot(context: Context, path: string, name: string, flags: PlotFlags): Promise<void> {
  const format = /\.(png|svg)$/i.exec(flags.output)?.[1]?.toLowerCase();
  if (format === undefined)
    throw new UsageError(
      `the name of the picture must end in .png or .svg, not ${JSON.stringify(flags.output)}`,
    );
  const kind = chosen("--kind", flags.kind ?? "auto", KINDS);
  const colours = flags.colours === undefined ? undefined : chosen("--colours", flags.colours, COLOUR_MAPS);
  const size = {
    width: numberOption("--width", flags.width ?? "1200", SIZE),
    height: numberOption("--height", flags.height ?? "800", SIZE),
  };
  await withStorage(context, path, async (manager) => {
    const { signal } = context.terminal;
    const view = await openDataset(manager, name, { select: flags.select, field: flags.field, signal });
    await writeNewFile(context, flags.output, flags, async (write) => {
      const svg = await withProgress(context.terminal, "reading", (onProgress) =>
        svgOf(context, manager, name, view.watched(onProgress), { ...flags, kind, colours, size }),
      );
      await write(format === "svg" ? svg : await renderPng(svg, size.width));
    });
  });
}

function chosen(option: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw new UsageError(`${option} must be ${allowed.join(", ")}, not ${JSON.stringify(value)}`);
}

interface Drawing {
  readonly kind: string;
  readonly colours: string | undefined;
  readonly size: PictureSize;
  readonly title?: string;
  readonly log?: true;
}

async function svgOf(
  context: Context,
  manager: StorageManager,
  name: string,
  view: DatasetView,
  drawing: Drawing,
): Promise<string> {
  const shown = printable(name);
  const plane = planeOf(view, shown);
  const labels = await plotLabels(manager, name, plane);
  const along = horizontalAxis(plane, labels);
  const lines = plane.lengths.length === 1 ? 1 : (plane.lengths[along === 0 ? 1 : 0] ?? 1);
  const kind = drawing.kind === "auto" ? (lines <= AUTO_LINES ? "line" : "heatmap") : drawing.kind;
  const frame = new ChartFrame(drawing.size);
  const file = manager.path.split(/[\\/]/).at(-1) ?? manager.path;
  const title = printable(drawing.title ?? `${name.replace(/^\/+/, "")} of ${file}`);
  const option =
    kind === "line"
      ? await lineOption(context, plane, labels, { frame, along, lines, title, shown, drawing })
      : await heatOption(context, plane, labels, { frame, title, shown, drawing });
  return renderSvg(option, drawing.size.width, drawing.size.height);
}

interface Parts {
  readonly frame: ChartFrame;
  readonly title: string;
  readonly shown: string;
  readonly drawing: Drawing;
}

async function lineOption(
  context: Context,
  plane: Plane,
  labels: PlotLabels,
  { frame, along, lines, title, shown, drawing }: Parts & { along: 0 | 1; lines: number },
) {
  if (lines > MAX_LINES)
    throw new FileStorageException(
      `${shown} has ${lines} lines; --select at most ${MAX_LINES} of them, or use --kind heatmap`,
    );
  if (drawing.colours !== undefined)
    throw new UsageError("--colours is for heat maps; lines have colours of their own");
  const points = await envelopes(plane, along, drawing.size.width);
  let left = 0;
  if (drawing.log)
    for (const line of points)
      line.forEach(([index, y], at) => {
        if (y > 0 || Number.isNaN(y)) return;
        line[at] = [index, Number.NaN];
        left++;
      });
  await noteLeftOut(context, left);
  const other = plane.lengths.length === 2 ? labels.axes[along === 0 ? 1 : 0] : undefined;
  const option = lineChart(frame, {
    lines: points,
    names:
      other?.names?.map(printable) ??
      points.map((_, line) => `${printable(other?.title ?? "")} ${other?.value(line) ?? line}`),
    value: (index) => labels.axes[along]?.value(index) ?? index,
    across: printable(labels.axes[along]?.title ?? ""),
    values: printable(labels.values),
    title,
    log: drawing.log === true,
  });
  if (option === undefined) throw nothingToPlot(shown);
  return option;
}

async function heatOption(
  context: Context,
  plane: Plane,
  labels: PlotLabels,
  { frame, title, shown, drawing }: Parts,
) {
  const [first = 1, second] = plane.lengths;
  const isFlat = second === undefined;
  const turned = !isFlat && labels.axes[0]?.isTime === true;
  const cells = await cellMeans(plane, {
    maxRows: drawing.size.height,
    maxColumns: drawing.size.width,
    turned,
  });
  if (drawing.log) {
    const positive = cells.values.filter((value) => value > 0).length;
    const numbers = cells.values.filter((value) => !Number.isNaN(value)).length;
    await noteLeftOut(context, numbers - positive);
    cells.values.forEach((value, at) => {
      if (!(value > 0)) cells.values[at] = Number.NaN;
    });
  }
  const [a, b] = labels.axes;
  const option = heatMapChart(frame, {
    cells,
    across: turned || isFlat ? a : b,
    down: isFlat ? undefined : turned ? b : a,
    lengths: isFlat
      ? { across: first, down: 1 }
      : turned
        ? { across: first, down: second }
        : { across: second, down: first },
    values: printable(labels.values),
    title,
    colours: drawing.colours,
    log: drawing.log === true,
  });
  if (option === undefined) throw nothingToPlot(shown);
  return option;
}

async function noteLeftOut(context: Context, count: number): Promise<void> {
  if (count > 0)
    await context.note(`tvb-storage: ${count} values are not above 0, and left out of a --log plot`);
}

function nothingToPlot(name: string): FileStorageException {
  return new FileStorageException(
    `${name} has no numbers that can be plotted, only NaN, infinities, or none above 0`,
  );
}
