import type { ReactNode } from "react";
import type { Series } from "../../data/series.js";
import type { Frame } from "../../data/series-envelope.js";
import { FIELDS, hasValue, MAX, MIN } from "../../data/series-envelope.js";
import type { SeriesReader } from "../../data/series-reader.js";
import { valueAt } from "../../data/series-statistics.js";
import { plain, timeOfSample, valueText } from "../../data/series-time.js";

/** Channels of which values are shown. */
const MAX_SHOWN = 24;

/** The values at the cursor; where they are not in memory, of the bin there. */
export function CursorValues({
  series,
  reader,
  frame,
  plane,
  names,
  cursor,
}: {
  readonly series: Series;
  readonly reader: SeriesReader;
  readonly frame: Frame;
  readonly plane: readonly number[];
  readonly names: readonly string[];
  readonly cursor: number | undefined;
}): ReactNode {
  if (cursor === undefined) {
    return (
      <output className="series-cursor" aria-live="polite">
        Point at the plot, or press Shift and an arrow key in it, for values. Arrow keys and dragging move the
        window, + and − and the wheel zoom.
      </output>
    );
  }
  const { unit } = series.time;
  const at =
    unit === "samples"
      ? `Sample ${cursor}`
      : `${plain(timeOfSample(series.time, cursor))} ${unit} (sample ${cursor})`;
  const more = frame.channels.length - MAX_SHOWN;
  return (
    <output className="series-cursor" aria-live="polite">
      {at}:{" "}
      {frame.channels
        .slice(0, MAX_SHOWN)
        .map((channel, index) => `${names[channel]} ${textAt(reader, frame, plane, cursor, channel, index)}`)
        .join(", ")}
      {more > 0 ? `, and ${more} more` : ""}
    </output>
  );
}

function textAt(
  reader: SeriesReader,
  frame: Frame,
  plane: readonly number[],
  cursor: number,
  channel: number,
  index: number,
): string {
  const value = valueAt(reader, plane, cursor, channel);
  const bin = frame.bins[Math.floor(cursor / frame.plan.binRows) - frame.firstBin];
  if (value !== undefined || bin === undefined || typeof bin === "string" || !hasValue(bin, index))
    return valueText(value);
  return `${valueText(bin[index * FIELDS + MIN])} to ${valueText(bin[index * FIELDS + MAX])}`;
}
