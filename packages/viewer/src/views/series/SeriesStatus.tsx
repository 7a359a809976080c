import { errorMessage } from "@tvb-storage/files/internal";
import type { ReactNode } from "react";
import type { Series } from "../../data/series.js";
import type { SeriesReader } from "../../data/series-reader.js";
import { bytesText } from "../../data/series-time.js";
import { windowTexts } from "./series-params.js";
import type { SeriesFrame } from "./use-frame.js";

/** What is shown of the window, and what was read for it. */
export function SeriesStatus({
  series,
  reader,
  shown,
  summedBy,
}: {
  readonly series: Series;
  readonly reader: SeriesReader;
  readonly shown: SeriesFrame;
  /** What becomes of several samples in one column: `min and max`. */
  readonly summedBy: string;
}): ReactNode {
  const { plan, frame, progress, failure, readAll, cancel } = shown;
  const { window, binRows, every, bytes } = plan;
  const { length, start } = windowTexts(series, window);
  const { unit, note } = series.time;
  const count = Math.min(window.count, series.samples).toLocaleString("en");
  const time = unit === "samples" ? `${count} samples` : `${length} ${unit}, ${count} samples`;
  return (
    <div className="series-status">
      <p>
        Window of {time} from {unit === "samples" ? `sample ${start}` : `${start} ${unit}`} on
        {binRows > 1 ? `, ${summedBy} of each ${binRows.toLocaleString("en")} samples` : ""};{" "}
        {bytesText(reader.bytesRead)} read.
        {note === undefined
          ? ""
          : ` ${unit === "samples" ? "Samples are counted" : "Times are by the sample period"}: ${note}.`}
      </p>
      {every > 1 ? (
        <p className="series-sampled">
          Overview of 1 of every {every} blocks of {reader.grid.rowsPerBlock.toLocaleString("en")} samples;
          peaks between them may be missing.{" "}
          {progress === undefined ? (
            <button type="button" onClick={readAll}>
              Read all ({bytesText(bytes)})
            </button>
          ) : null}
        </p>
      ) : null}
      {progress === undefined ? null : (
        <p>
          <progress aria-label="Reading all" value={progress.done} max={progress.total} />{" "}
          {bytesText(progress.done)} of {bytesText(progress.total)}{" "}
          <button type="button" onClick={cancel}>
            Cancel
          </button>
        </p>
      )}
      {failure === undefined ? null : (
        <p role="alert">
          {errorMessage(failure)}{" "}
          <button type="button" onClick={() => reader.retry()}>
            Try again
          </button>
        </p>
      )}
      <p className="series-reading" aria-hidden="true">
        {frame.isPartial && failure === undefined ? "Reading …" : "\u00a0"}
      </p>
    </div>
  );
}
