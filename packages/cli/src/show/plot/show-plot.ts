import type { StorageManager } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import type { Context } from "../../context.js";
import type { DatasetView } from "../../elements/dataset-view.js";
import type { WritePart } from "../../output/new-file.js";
import { horizontalAxis, type PlotLabels, plotLabels } from "../../plotting/axis-labels.js";
import { cellMeans } from "../../plotting/cell-means.js";
import { envelopes } from "../../plotting/envelope.js";
import { type Plane, planeOf } from "../../plotting/plane.js";
import { printable } from "../../terminal/printable.js";
import { heatMapPlot } from "./heat-map-plot.js";
import { histogram, histogramPlot } from "./histogram-plot.js";
import { linePlot } from "./line-plot.js";
import type { PlotKind } from "./plot-kinds.js";

/** More lines than this are a heat map, or are to be selected. */
const MAX_LINES = 7;
const HEIGHT = 15;
const BINS = 15;

export interface ShowPlotOptions {
  readonly kind: PlotKind;
  /** Characters. */
  readonly width: number;
  readonly height: number | undefined;
}

/** Draws a dataset with characters: coloured on a terminal, plain elsewhere. */
export async function showPlot(
  context: Context,
  manager: StorageManager,
  name: string,
  view: DatasetView,
  { kind, width, height }: ShowPlotOptions,
  write: WritePart,
): Promise<void> {
  const title = printable(name);
  if (kind === "histogram") {
    planeOf({ ...view, shape: [view.shape.reduce((count, length) => count * length, 1)] }, title);
    const counted = await histogram(view, height ?? BINS);
    if (counted === undefined) throw nothingToPlot(title);
    return write(histogramPlot(counted, { width, title, isWhole: /^u?int|^bool/.test(view.dtype) }));
  }
  const plane = planeOf(view, title);
  const labels = await plotLabels(manager, name, plane);
  const along = horizontalAxis(plane, labels);
  const lines = plane.lengths.length === 1 ? 1 : (plane.lengths[along === 0 ? 1 : 0] ?? 1);
  const chosen = kind === "auto" ? (lines <= MAX_LINES ? "line" : "heatmap") : kind;
  const coloured = context.colours.isColorSupported;
  const text =
    chosen === "line"
      ? await linesOf(plane, labels, { along, lines, width, height: height ?? HEIGHT, coloured, title })
      : await heatMap(plane, labels, { width, height, colours: colourDepth(context) });
  if (text === undefined) throw nothingToPlot(title);
  await write(text);
}

function nothingToPlot(title: string): FileStorageException {
  return new FileStorageException(`${title} has only NaN and infinities, which cannot be plotted`);
}

interface LineOptions {
  readonly along: 0 | 1;
  readonly lines: number;
  readonly width: number;
  readonly height: number;
  readonly coloured: boolean;
  readonly title: string;
}

async function linesOf(
  plane: Plane,
  labels: PlotLabels,
  { along, lines, width, height, coloured, title }: LineOptions,
): Promise<string | undefined> {
  if (lines > MAX_LINES)
    throw new FileStorageException(
      `${title} has ${lines} lines; --select at most ${MAX_LINES} of them, or use --plot heatmap`,
    );
  const axis = labels.axes[along];
  const drawn = linePlot({
    lines: await envelopes(plane, along, width),
    value: (index) => axis?.value(index) ?? index,
    title: printable(axis?.title ?? ""),
    width,
    height,
    coloured,
  });
  return drawn === undefined ? undefined : `${printable(labels.values)}\n${drawn}`;
}

async function heatMap(
  plane: Plane,
  labels: PlotLabels,
  { width, height, colours }: { width: number; height: number | undefined; colours: "none" | "256" | "true" },
): Promise<string | undefined> {
  const turned = plane.lengths.length === 2 && labels.axes[0]?.isTime === true;
  const lines = height ?? 20;
  const cells = await cellMeans(plane, {
    maxRows: colours === "none" ? lines : 2 * lines,
    maxColumns: width,
    turned,
  });
  const [first = "", second = first] = labels.axes.map((axis) => printable(axis.title));
  const isFlat = plane.lengths.length === 1;
  return heatMapPlot({
    cells,
    across: isFlat ? first : turned ? first : second,
    down: isFlat ? "-" : turned ? second : first,
    values: printable(labels.values),
    colours,
  });
}

function colourDepth({ colours, terminal }: Context): "none" | "256" | "true" {
  if (!colours.isColorSupported) return "none";
  return /truecolor|24bit/.test(terminal.env["COLORTERM"] ?? "") ? "true" : "256";
}
