import { type ReactNode, useEffect, useState } from "react";
import type { Frame } from "../../data/series-envelope.js";
import type { SeriesReader } from "../../data/series-reader.js";
import { type ChannelStatistics, windowStatistics } from "../../data/series-statistics.js";
import { valueText } from "../../data/series-time.js";

/** Statistics follow when the window has rested for so long. */
const REST_MS = 200;
const MAX_ROWS = 200;

/** The window as numbers: what a picture shows, for those who do not see it. */
export function WindowTable({
  reader,
  frame,
  names,
  what,
}: {
  readonly reader: SeriesReader;
  readonly frame: Frame;
  readonly names: readonly string[];
  readonly what: string;
}): ReactNode {
  const [rows, setRows] = useState<readonly ChannelStatistics[]>([]);
  useEffect(() => {
    if (frame.isPartial) return;
    const timer = setTimeout(() => setRows(windowStatistics(reader, frame)), REST_MS);
    return () => clearTimeout(timer);
  }, [reader, frame]);
  const of = frame.plan.every > 1 ? "what was read of this window" : "this window";
  return (
    <details className="series-table">
      <summary>
        Values of {of}
        {rows.length === 0
          ? ""
          : `, ${rows.length === 1 ? "1 row" : `${rows.length.toLocaleString("en")} rows`}, from ${valueText(extreme(rows, "min"))} to ${valueText(extreme(rows, "max"))}`}
      </summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{what}</th>
            <th scope="col">Minimum</th>
            <th scope="col">Maximum</th>
            <th scope="col">Mean</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MAX_ROWS).map(({ channel, min, max, mean }) => (
            <tr key={channel}>
              <th scope="row">{names[channel]}</th>
              <td>{valueText(min)}</td>
              <td>{valueText(max)}</td>
              <td>{valueText(mean)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MAX_ROWS ? (
        <p>
          The first {MAX_ROWS} of {rows.length.toLocaleString("en")} chosen.
        </p>
      ) : null}
    </details>
  );
}

/** NaN where no channel has a value. */
function extreme(rows: readonly ChannelStatistics[], which: "min" | "max"): number {
  let found = Number.NaN;
  for (const { [which]: value } of rows) {
    if (Number.isNaN(value)) continue;
    if (Number.isNaN(found) || (which === "min" ? value < found : value > found)) found = value;
  }
  return found;
}
