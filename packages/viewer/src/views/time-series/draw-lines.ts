import { FIELDS, type Frame, hasValue, MAX, MIN } from "../../data/series-envelope.js";
import type { PlotSize } from "../series/PlotArea.js";
import type { LineStyle } from "./line-styles.js";
import type { ValueScale } from "./value-scale.js";

/** The parts of a canvas's context that are used. */
export type LineContext = Pick<
  CanvasRenderingContext2D,
  "beginPath" | "moveTo" | "lineTo" | "stroke" | "fillRect" | "setLineDash" | "strokeStyle" | "fillStyle"
>;

/** Samples are marked where they are at least so many pixels apart. */
const MARK_DISTANCE = 8;
const MARK = 3;

/**
 * Draws each channel as a line through its samples, or from the least to the largest value of each bin. Where there is
 * no value the line has a gap; between the blocks of an overview it goes straight on.
 *
 * @returns how many points were drawn.
 */
export function drawLines(
  context: LineContext,
  frame: Frame,
  { width }: PlotSize,
  scale: ValueScale,
  styles: readonly LineStyle[],
  ink: string,
): number {
  const { start, count } = frame.plan.window;
  const isMarked = frame.plan.binRows === 1 && width / count >= MARK_DISTANCE;
  let points = 0;
  frame.channels.forEach((_, index) => {
    const { colour = ink, pattern = [] } = styles[index] ?? {};
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.setLineDash([...pattern]);
    context.beginPath();
    const mark = (x: number, y: number) => context.fillRect(x - MARK / 2, y - MARK / 2, MARK, MARK);
    /** Points of the line that is being drawn. */
    let run = 0;
    let lastX = 0;
    let lastY = 0;
    const end = () => {
      if (run === 1) mark(lastX, lastY); // a line of one point would not be seen
      run = 0;
    };
    const add = (x: number, y: number) => {
      if (run === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
      if (isMarked) mark(x, y);
      run += 1;
      points += 1;
      lastX = x;
      lastY = y;
    };
    frame.bins.forEach((bin, at) => {
      if (bin === "skipped") return;
      if (bin === "missing" || !hasValue(bin, index)) {
        end();
        return;
      }
      const x = binX(frame, at, start, count, width);
      const low = scale.y(index, bin[index * FIELDS + MIN] ?? 0);
      const high = scale.y(index, bin[index * FIELDS + MAX] ?? 0);
      if (low === high) add(x, low);
      else {
        // The nearer end first, so that lines between bins are short.
        const isHighFirst = run > 0 && Math.abs(high - lastY) < Math.abs(low - lastY);
        add(x, isHighFirst ? high : low);
        add(x, isHighFirst ? low : high);
      }
    });
    end();
    context.stroke();
  });
  return points;
}

/** The middle of a bin: samples are in the middle of their part of the width. */
function binX({ plan, firstBin }: Frame, at: number, start: number, count: number, width: number): number {
  return (((firstBin + at + 0.5) * plan.binRows - start) / count) * width;
}
