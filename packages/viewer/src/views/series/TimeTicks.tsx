import { scaleLinear } from "d3-scale";
import type { ReactNode } from "react";
import { type TimeAxis, timeOfSample } from "../../data/series-time.js";
import type { SampleWindow } from "../../data/series-window.js";
import { MARGIN, type PlotSize } from "./PlotArea.js";

const PIXELS_PER_TICK = 110;

/** The times of a window, and the cursor. */
export function TimeTicks({
  time,
  window,
  size: { width, height },
  cursor,
}: {
  readonly time: TimeAxis;
  readonly window: SampleWindow;
  readonly size: PlotSize;
  readonly cursor: number | undefined;
}): ReactNode {
  const { start, count } = window;
  // A sample is in the middle of its part of the width.
  const scale = scaleLinear()
    .domain([timeOfSample(time, start - 0.5), timeOfSample(time, start + count - 0.5)])
    .range([0, width]);
  const wanted = Math.max(2, Math.floor(width / PIXELS_PER_TICK));
  const format = scale.tickFormat(wanted);
  return (
    <g transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
      <line className="axis" x1={0} x2={width} y1={height} y2={height} />
      {scale.ticks(wanted).map((tick) => (
        <g key={tick} transform={`translate(${scale(tick)} ${height})`}>
          <line className="axis" y2={5} />
          <text y={17} textAnchor="middle">
            {format(tick)}
          </text>
        </g>
      ))}
      <text x={width / 2} y={height + 34} textAnchor="middle">
        {timeTitle(time)}
      </text>
      {cursor !== undefined && cursor >= start && cursor < start + count ? (
        <line
          className="cursor"
          x1={((cursor - start + 0.5) / count) * width}
          x2={((cursor - start + 0.5) / count) * width}
          y1={0}
          y2={height}
        />
      ) : null}
    </g>
  );
}

function timeTitle({ unit }: TimeAxis): string {
  return unit === "samples" ? "Sample" : `Time (${unit})`;
}
