import type { CustomSeriesOption } from "echarts/charts";
import type { EChartsCoreOption } from "echarts/core";
import type { AxisLabels } from "../plotting/axis-labels.js";
import { type Cells, rangeOf } from "../plotting/cell-means.js";
import { colourScale } from "../plotting/colour-maps.js";
import { ticks, tickText } from "../plotting/ticks.js";
import { cellsImage } from "./cells-image.js";
import { type ChartFrame, namesOf, type PictureSize } from "./chart-frame.js";

export interface HeatMap {
  readonly cells: Cells;
  readonly across: AxisLabels | undefined;
  readonly down: AxisLabels | undefined;
  /** Elements along each axis, of which a cell may have several. */
  readonly lengths: { readonly across: number; readonly down: number };
  readonly values: string;
  readonly title: string;
  readonly colours: string | undefined;
  readonly log: boolean;
}

const BAR_STEPS = 256;

export function heatMapChart(frame: ChartFrame, given: HeatMap): EChartsCoreOption | undefined {
  const range = rangeOf(given.cells.values);
  if (range === undefined) return undefined;
  const scaled = given.log ? { min: Math.log10(range.min), max: Math.log10(range.max) } : range;
  const scale = colourScale(scaled, given.colours);
  const colour = (value: number) => scale.colour(given.log ? Math.log10(value) : value);
  const { width, height } = frame.size;
  const em = frame.fontSize;

  const across = axisOf(frame, given.across, given.lengths.across);
  const down = axisOf(frame, given.down, given.lengths.down);
  const span = scale.max > scale.min ? scale : { min: scale.min - 1, max: scale.max + 1 };
  const ends = given.log ? { min: 10 ** span.min, max: 10 ** span.max } : span;
  const barLabels = Math.max(
    ...ticks(ends.min, ends.max, 5).map((tick) => frame.textWidth(tickText(tick))),
    2 * em,
  );
  const slanted = across.names !== undefined;
  const room = {
    left: down.labelWidth + 3.4 * em,
    right: barLabels + 7.4 * em,
    top: 3.6 * em,
    bottom: (slanted ? across.labelWidth + 1.6 * em : 1.6 * em) + 2.8 * em,
  };
  const box = given.lengths.across === given.lengths.down ? squared(room, frame.size) : room;
  const pixels = {
    width: Math.round(width - box.left - box.right),
    height: Math.round(height - box.top - box.bottom),
  };
  const bar: Cells = {
    rows: BAR_STEPS,
    columns: 1,
    values: Float64Array.from({ length: BAR_STEPS }, (_, at) => {
      const value = span.max - ((span.max - span.min) * (at + 0.5)) / BAR_STEPS;
      return given.log ? 10 ** value : value;
    }),
  };
  return {
    title: frame.title(given.title),
    textStyle: frame.textStyle,
    grid: [
      { ...box, outerBoundsMode: "none" },
      {
        left: width - box.right + 1.4 * em,
        width: 1.2 * em,
        top: box.top,
        bottom: box.bottom,
        outerBoundsMode: "none",
      },
    ],
    xAxis: [
      {
        ...across.option,
        ...titled(
          frame,
          across,
          pixels.width,
          slanted ? across.labelWidth + 1.6 * em : 2.2 * em,
          slanted ? 90 : 0,
        ),
      },
      { type: "value", gridIndex: 1, min: 0, max: 1, show: false },
    ],
    yAxis: [
      { ...down.option, inverse: true, ...titled(frame, down, pixels.height, down.labelWidth + 1.4 * em, 0) },
      {
        type: given.log ? "log" : "value",
        gridIndex: 1,
        position: "right",
        ...ends,
        ...frame.axis(given.values, barLabels + 1.8 * em),
        axisLabel: {
          ...frame.axis("", 0).axisLabel,
          ...(given.log ? {} : { showMinLabel: isRound(ends.min), showMaxLabel: isRound(ends.max) }),
        },
      },
    ],
    series: [
      image(cellsImage(given.cells, colour, pixels), 0, [across.from, down.from], [across.to, down.to]),
      image(cellsImage(bar, colour, { width: 1, height: BAR_STEPS }), 1, [0, ends.max], [1, ends.min]),
    ],
  };
}

interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Margins that leave a square: a matrix has cells as high as they are wide. */
function squared({ left, right, top, bottom }: Margins, { width, height }: PictureSize): Margins {
  const spare = width - left - right - (height - top - bottom);
  return spare > 0
    ? { left: left + spare / 2, right: right + spare / 2, top, bottom }
    : { left, right, top: top - spare / 2, bottom: bottom - spare / 2 };
}

function isRound(value: number): boolean {
  return String(Number(value.toPrecision(3))) === String(value);
}

interface CellAxis {
  readonly title: string;
  readonly names: string[] | undefined;
  readonly labelWidth: number;
  readonly option: object;
  /** Coordinates of the picture's edges. */
  readonly from: number;
  readonly to: number;
}

/** Cells have their index in their middle. With names, the axis has categories. */
function axisOf(frame: ChartFrame, axis: AxisLabels | undefined, length: number): CellAxis {
  const title = axis?.title ?? "";
  const names = namesOf(axis);
  const value = (index: number) => axis?.value(index) ?? index;
  const half = (value(1) - value(0)) / 2;
  const from = value(0) - half;
  const to = value(length - 1) + half;
  const texts = names ?? ticks(from, to, 6).map(tickText);
  const labelWidth = Math.max(...texts.map((text) => frame.textWidth(text)), frame.fontSize);
  const option = { type: "value", min: from, max: to };
  return { title, names, labelWidth, option, from, to };
}

/** Labels are at whole indices; names stand in for them, as many as have room. */
function titled(frame: ChartFrame, axis: CellAxis, room: number, gap: number, rotate: number) {
  const basic = frame.axis(axis.title, gap);
  const { names } = axis;
  if (names === undefined)
    return { ...basic, axisLabel: { ...basic.axisLabel, showMinLabel: false, showMaxLabel: false } };
  const first = Math.round(axis.from + 0.5);
  const step = Math.max(1, Math.ceil((names.length * frame.fontSize * 1.6) / room));
  const shown = names.flatMap((_, at) =>
    at % step === 0 ? [axis.from + (at + 0.5) * ((axis.to - axis.from) / names.length)] : [],
  );
  const nameAt = new Map(shown.map((value, at) => [value, names[at * step] ?? ""]));
  return {
    ...basic,
    axisTick: { ...basic.axisTick, customValues: shown },
    axisLabel: {
      ...basic.axisLabel,
      rotate,
      hideOverlap: false,
      customValues: shown,
      formatter: (value: number) => nameAt.get(value) ?? String(first),
    },
  };
}

/** A picture between two points of a grid. */
function image(
  address: string,
  grid: number,
  from: readonly [number, number],
  to: readonly [number, number],
): CustomSeriesOption {
  return {
    type: "custom",
    xAxisIndex: grid,
    yAxisIndex: grid,
    silent: true,
    data: [[from[0], from[1]]],
    renderItem: (_params, api) => {
      const [left = 0, top = 0] = api.coord([...from]);
      const [right = 0, bottom = 0] = api.coord([...to]);
      return {
        type: "image",
        style: { image: address, x: left, y: top, width: right - left, height: bottom - top },
      };
    },
  };
}
