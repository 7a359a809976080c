import type { CSSProperties, ReactNode } from "react";
import type { Series } from "../../data/series.js";
import { sampleAtTime } from "../../data/series-time.js";
import { type SampleWindow, zoomed } from "../../data/series-window.js";
import { NumberField } from "./NumberField.js";
import { windowTexts } from "./series-params.js";

/** The window by numbers, by buttons, and by its place in the whole series. */
export function WindowControls({
  series,
  window,
  onWindow,
}: {
  readonly series: Series;
  readonly window: SampleWindow;
  readonly onWindow: (next: SampleWindow) => void;
}): ReactNode {
  const { samples, time } = series;
  const { start, count } = window;
  const texts = windowTexts(series, window);
  const { unit } = time;
  return (
    <div className="series-window">
      <NumberField
        label={`Start (${unit})`}
        value={texts.start}
        onChange={(value) => onWindow({ start: value === undefined ? 0 : sampleAtTime(time, value), count })}
      />
      <NumberField
        label={`Length (${unit})`}
        value={texts.length}
        onChange={(value) => onWindow({ start, count: value === undefined ? samples : value / time.period })}
      />
      <button type="button" onClick={() => onWindow(zoomed(window, 0.5, 0.5, samples))}>
        Zoom in
      </button>
      <button type="button" onClick={() => onWindow(zoomed(window, 2, 0.5, samples))}>
        Zoom out
      </button>
      <button
        type="button"
        disabled={count >= samples}
        onClick={() => onWindow({ start: 0, count: samples })}
      >
        Whole series
      </button>
      <input
        className="series-overview"
        type="range"
        aria-label="Position in the series"
        aria-valuetext={`${texts.length} ${unit} from ${texts.start} ${unit} on`}
        min={0}
        max={Math.max(0, samples - count)}
        step={1}
        value={start}
        disabled={count >= samples}
        // The thumb is as wide as the window is in the series.
        style={{ "--thumb": `${(100 * count) / Math.max(1, samples)}%` } as CSSProperties} // a property of our own
        onChange={(event) => onWindow({ start: Number(event.target.value), count })}
      />
    </div>
  );
}
