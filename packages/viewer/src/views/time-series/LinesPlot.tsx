import { type ReactNode, useMemo } from "react";
import { MARGIN } from "../series/PlotArea.js";
import type { PlotProps } from "../series/SeriesView.js";
import { useCanvas } from "../series/use-canvas.js";
import { drawLines } from "./draw-lines.js";
import { lineStyle } from "./line-styles.js";
import { LaneAxis, SharedAxis } from "./ValueAxis.js";
import type { LaneScale, SharedScale } from "./value-scale.js";

/** More lines than this have no patterns, which are slow to draw: their names are at their ends, or in their lanes. */
const MAX_PATTERNS = 28;

/** Channels as lines, in lanes or on one axis. */
export function LinesPlot({
  frame,
  size,
  names,
  series,
  scale,
}: PlotProps & { readonly scale: LaneScale | SharedScale }): ReactNode {
  const styles = useMemo(() => {
    const isPatterned = scale.kind === "overlaid" && frame.channels.length <= MAX_PATTERNS;
    return frame.channels.map((channel) => {
      const style = lineStyle(channel);
      return isPatterned ? style : { ...style, pattern: [] };
    });
  }, [frame.channels, scale.kind]);
  const canvas = useCanvas(
    size,
    (context, ink) => {
      // A line of one pixel is drawn many times as fast as a thicker one where there is no graphics card.
      context.lineWidth = 1;
      context.lineJoin = "bevel";
      return drawLines(context, frame, size, scale, styles, ink);
    },
    [frame, scale, styles],
  );
  const axis = { frame, size, names, styles, valueName: series.valueName };
  return (
    <>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${frame.channels.length} lines; their values are in the table below`}
        style={{ left: MARGIN.left, top: MARGIN.top, width: size.width, height: size.height }}
      />
      <svg
        className="series-axes"
        aria-hidden="true"
        width={size.width + MARGIN.left + MARGIN.right}
        height={size.height + MARGIN.top + MARGIN.bottom}
      >
        {scale.kind === "stacked" ? (
          <LaneAxis {...axis} scale={scale} />
        ) : (
          <SharedAxis {...axis} scale={scale} />
        )}
      </svg>
    </>
  );
}
