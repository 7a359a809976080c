import { scaleLinear } from "d3-scale";
import type { ReactNode } from "react";
import { FIELDS, type Frame, hasValue, MAX } from "../../data/series-envelope.js";
import { shortText } from "../../data/series-time.js";
import { MARGIN, type PlotSize } from "../series/PlotArea.js";
import { shortened } from "../series/shortened.js";
import { spreadLabels } from "./end-labels.js";
import type { LineStyle } from "./line-styles.js";
import type { LaneScale, SharedScale } from "./value-scale.js";

const NAME_PIXELS = 12;
const PIXELS_PER_TICK = 50;

interface Props {
  readonly frame: Frame;
  readonly size: PlotSize;
  readonly names: readonly string[];
  readonly styles: readonly LineStyle[];
  readonly valueName: string;
}

/** The names of lanes, with the value in the middle of each where there is room, and what a lane is high. */
export function LaneAxis({
  frame,
  size,
  names,
  styles,
  valueName,
  scale: { laneHeight, middles, spacing },
}: Props & { readonly scale: LaneScale }): ReactNode {
  const every = Math.max(1, Math.ceil(NAME_PIXELS / laneHeight));
  const hasValues = laneHeight >= 2.2 * NAME_PIXELS;
  return (
    <>
      {frame.channels.map((channel, index) => {
        if (index % every !== 0) return null;
        const y = MARGIN.top + (index + 0.5) * laneHeight;
        return (
          <g key={channel} transform={`translate(${MARGIN.left} ${y})`}>
            <line className="axis" x1={-4} x2={0} />
            <text x={-8} y={hasValues ? 0 : 4} textAnchor="end">
              {shortened(names[channel] ?? "")}
            </text>
            {hasValues ? (
              <text className="faint" x={-8} y={NAME_PIXELS} textAnchor="end">
                {shortText(middles[index] ?? 0, 6)}
              </text>
            ) : null}
            <line x1={size.width + 4} x2={size.width + 16} stroke={styles[index]?.colour ?? "var(--ink)"} />
          </g>
        );
      })}
      <g transform={`translate(${MARGIN.left + size.width + 24} ${MARGIN.top})`}>
        <path
          className="axis"
          fill="none"
          d={`M-4 0.5H4M0 0.5V${laneHeight - 0.5}M-4 ${laneHeight - 0.5}H4`}
        />
        <text x={8} y={laneHeight / 2 + 4}>
          {shortText(spacing, 6)}
        </text>
      </g>
      <text x={4} y={MARGIN.top + size.height + 34}>
        {`Values: ${shortened(valueName, 20)}`}
      </text>
    </>
  );
}

/** Values at the left, the names of lines at their right ends. */
export function SharedAxis({
  frame,
  size,
  names,
  styles,
  valueName,
  scale,
}: Props & { readonly scale: SharedScale }): ReactNode {
  const { width, height } = size;
  const axis = scaleLinear().domain([scale.low, scale.high]).range([height, 0]);
  const wanted = Math.max(2, Math.floor(height / PIXELS_PER_TICK));
  const format = axis.tickFormat(wanted);
  const last = lastRead(frame);
  const ends = frame.channels.map((_, index) =>
    last === undefined || !hasValue(last, index)
      ? Number.NaN
      : scale.y(index, last[index * FIELDS + MAX] ?? 0),
  );
  return (
    <g transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
      <line className="axis" y2={height} />
      {axis.ticks(wanted).map((tick) => (
        <g key={tick} transform={`translate(0 ${axis(tick)})`}>
          <line className="axis" x1={-5} />
          <text x={-8} y={4} textAnchor="end">
            {format(tick)}
          </text>
        </g>
      ))}
      <text transform={`translate(${14 - MARGIN.left} ${height / 2}) rotate(-90)`} textAnchor="middle">
        {shortened(valueName, 40)}
      </text>
      {spreadLabels(ends, height, NAME_PIXELS).map(({ index, y }) => {
        const { colour, pattern } = styles[index] ?? { colour: undefined, pattern: [] };
        return (
          <g key={index} transform={`translate(${width} ${y})`}>
            <line
              x1={4}
              x2={18}
              stroke={colour ?? "var(--ink)"}
              strokeWidth={1.5}
              strokeDasharray={pattern.join(" ")}
            />
            <text x={22} y={4}>
              {shortened(names[frame.channels[index] ?? 0] ?? "", 10)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

/** The last bin of the window that has sums. */
function lastRead({ bins }: Frame): Float64Array | undefined {
  for (let at = bins.length - 1; at >= 0; at -= 1) {
    const bin = bins[at];
    if (bin !== undefined && typeof bin !== "string") return bin;
  }
  return undefined;
}
