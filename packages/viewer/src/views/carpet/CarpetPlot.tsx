import { type ReactNode, useRef } from "react";
import { plain, shortText } from "../../data/series-time.js";
import { MARGIN } from "../series/PlotArea.js";
import type { PlotProps } from "../series/SeriesView.js";
import { shortened } from "../series/shortened.js";
import { useCanvas } from "../series/use-canvas.js";
import { type CarpetColours, colourPixels } from "./carpet-colours.js";
import type { CarpetValues } from "./carpet-values.js";

const NAME_PIXELS = 12;
/** A canvas with more rows is not made by every browser. */
const MAX_IMAGE_ROWS = 8192;
/** Of the colours' bar. */
const BAR = { left: 14, width: 12, stops: 16 };

/** Channels as rows of colours. */
export function CarpetPlot({
  frame,
  size,
  names,
  carpet,
  domain,
  colours,
  unit,
}: PlotProps & {
  readonly carpet: CarpetValues;
  readonly domain: readonly [number, number];
  readonly colours: CarpetColours;
  /** What the colours are of. */
  readonly unit: string;
}): ReactNode {
  const image = useRef<OffscreenCanvas | undefined>(undefined);
  const canvas = useCanvas(
    size,
    (context) => {
      const { rows, columns, values } = carpet;
      if (rows === 0 || columns === 0) return 0;
      // Cells have sharp edges; where rows are thinner than pixels, these have what is between them.
      context.imageSmoothingEnabled = rows > size.height;
      const { window, binRows } = frame.plan;
      const left = ((frame.firstBin * binRows - window.start) / window.count) * size.width;
      const width = ((columns * binRows) / window.count) * size.width;
      for (let row = 0; row < rows; row += MAX_IMAGE_ROWS) {
        const count = Math.min(MAX_IMAGE_ROWS, rows - row);
        if (image.current?.width !== columns || image.current.height !== count)
          image.current = new OffscreenCanvas(columns, count);
        const part = values.subarray(row * columns, (row + count) * columns);
        const pixels = new ImageData(colourPixels(part, domain, colours), columns, count);
        image.current.getContext("2d")?.putImageData(pixels, 0, 0);
        const height = size.height / rows;
        context.drawImage(image.current, left, row * height, width, count * height);
      }
      return rows * columns;
    },
    [frame, carpet, domain[0], domain[1], colours],
  );
  const rowHeight = size.height / Math.max(1, carpet.rows);
  const every = Math.max(1, Math.ceil(NAME_PIXELS / rowHeight));
  return (
    <>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${carpet.rows} rows of colours, from ${plain(domain[0], 4)} to ${plain(domain[1], 4)}; values are in the table below`}
        style={{ left: MARGIN.left, top: MARGIN.top, width: size.width, height: size.height }}
      />
      <svg
        className="series-axes"
        aria-hidden="true"
        width={size.width + MARGIN.left + MARGIN.right}
        height={size.height + MARGIN.top + MARGIN.bottom}
      >
        {frame.channels.map((channel, row) =>
          row % every === 0 ? (
            <g key={channel} transform={`translate(${MARGIN.left} ${MARGIN.top + (row + 0.5) * rowHeight})`}>
              <line className="axis" x1={-4} x2={0} />
              <text x={-8} y={4} textAnchor="end">
                {shortened(names[channel] ?? "")}
              </text>
            </g>
          ) : null,
        )}
        <ColourBar
          left={MARGIN.left + size.width}
          height={size.height}
          domain={domain}
          colours={colours}
          unit={unit}
        />
      </svg>
    </>
  );
}

function ColourBar({
  left,
  height,
  domain: [low, high],
  colours: { table, title },
  unit,
}: {
  readonly left: number;
  readonly height: number;
  readonly domain: readonly [number, number];
  readonly colours: CarpetColours;
  readonly unit: string;
}): ReactNode {
  const stops = Array.from({ length: BAR.stops + 1 }, (_, at) => at / BAR.stops);
  const labels = [0, 0.5, 1].map((part) => ({ part, text: shortText(low + part * (high - low), 3) }));
  return (
    <g transform={`translate(${left + BAR.left} ${MARGIN.top})`}>
      <linearGradient id="carpet-colours" x1="0" x2="0" y1="1" y2="0">
        {stops.map((part) => {
          const at = 3 * Math.round(part * (table.length / 3 - 1));
          return (
            <stop key={part} offset={part} stopColor={`rgb(${[...table.subarray(at, at + 3)].join()})`} />
          );
        })}
      </linearGradient>
      <rect width={BAR.width} height={height} fill="url(#carpet-colours)">
        <title>{title}</title>
      </rect>
      {labels.map(({ part, text }) => (
        <text key={part} x={BAR.width + 4} y={10 + (1 - part) * (height - 12)}>
          {text}
        </text>
      ))}
      <text x={BAR.width + 14} y={height + 34} textAnchor="middle">
        {shortened(unit, 10)}
      </text>
    </g>
  );
}
