import type { EChartsCoreOption } from "echarts/core";
import { rangeOf } from "../plotting/cell-means.js";
import type { LinePoint } from "../plotting/envelope.js";
import { ticks, tickText } from "../plotting/ticks.js";
import { type ChartFrame, cut } from "./chart-frame.js";

export interface Lines {
  readonly lines: readonly (readonly LinePoint[])[];
  /** One for each line, where they have names. */
  readonly names: readonly string[] | undefined;
  readonly value: (index: number) => number;
  readonly across: string;
  readonly values: string;
  readonly title: string;
  readonly log: boolean;
}

/** Okabe and Ito's colours, which are told apart also by those who see fewer. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

export function lineChart(frame: ChartFrame, given: Lines): EChartsCoreOption | undefined {
  const range = rangeOf(given.lines.flatMap((line) => line.map(([, y]) => y)));
  if (range === undefined) return undefined;
  const em = frame.fontSize;
  const names = given.lines.length > 1 ? given.names?.map((name) => cut(name)) : undefined;
  const legendWidth =
    names === undefined ? 0 : Math.max(...names.map((name) => frame.textWidth(name))) + 4 * em;
  const labelWidth = Math.max(
    ...ticks(range.min, range.max, 5).map((tick) => frame.textWidth(tickText(tick))),
    em * 2,
  );
  const indices = given.lines.flatMap((line) => [line[0]?.[0] ?? 0, line.at(-1)?.[0] ?? 0]);
  return {
    title: frame.title(given.title),
    textStyle: frame.textStyle,
    color: COLOURS,
    ...(names === undefined
      ? {}
      : {
          legend: {
            type: "plain",
            orient: "vertical",
            right: em,
            top: 4 * em,
            itemWidth: 1.6 * em,
            icon: "rect",
            itemHeight: em / 5,
            textStyle: frame.textStyle,
            data: names,
          },
        }),
    grid: {
      left: labelWidth + 3.4 * em,
      right: legendWidth + 2 * em,
      top: 3.6 * em,
      bottom: 4.2 * em,
      outerBoundsMode: "none",
    },
    xAxis: {
      type: "value",
      min: given.value(Math.min(...indices)),
      max: given.value(Math.max(...indices)),
      splitNumber: Math.max(2, Math.round(frame.size.width / (8 * em))),
      ...withoutRaggedEnds(frame.axis(given.across, 2.2 * em)),
    },
    yAxis: {
      type: given.log ? "log" : "value",
      scale: true,
      splitNumber: Math.max(2, Math.round(frame.size.height / (6 * em))),
      ...frame.axis(given.values, labelWidth + 1.4 * em),
    },
    series: given.lines.map((line, at) => ({
      type: "line",
      name: names?.[at] ?? String(at),
      showSymbol: line.length === 1,
      symbolSize: em / 2,
      lineStyle: { width: frame.lineWidth },
      data: line.map(([index, y]) => [given.value(index), Number.isNaN(y) ? null : y]),
    })),
  };
}

/** The first and the last value of an axis are its limits, and no round numbers. */
function withoutRaggedEnds<T extends { axisLabel: object }>(axis: T): T {
  return { ...axis, axisLabel: { ...axis.axisLabel, showMinLabel: false, showMaxLabel: false } };
}
