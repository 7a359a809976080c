import type { ReactNode } from "react";
import { plain } from "../../data/series-time.js";
import { finiteParam } from "../number-param.js";
import { NumberField } from "../series/NumberField.js";
import { type Plot, type PlotProps, SeriesView } from "../series/SeriesView.js";
import type { ViewProps } from "../view.js";
import { LinesPlot } from "./LinesPlot.js";
import { channelRanges, laneScale, sharedScale } from "./value-scale.js";

const DEFAULT_CHANNELS = 10;

/** A time series as lines of chosen channels. */
export default function TimeSeriesView(view: ViewProps): ReactNode {
  return (
    <SeriesView
      view={view}
      title="Lines"
      defaultChannels={DEFAULT_CHANNELS}
      summedBy="least and largest value"
      usePlot={useLines}
    />
  );
}

function useLines(props: PlotProps): Plot {
  const { params, setParams } = props;
  const isOverlaid = params["layout"] === "overlaid";
  const ranges = channelRanges(props.frame);
  const { height } = props.size;
  const [low, high, spacing] = [params["low"], params["high"], params["spacing"]].map(finiteParam);
  const scale = isOverlaid ? sharedScale(ranges, height, low, high) : laneScale(ranges, height, spacing);
  const set = (name: string) => (value: number | undefined) =>
    setParams({ [name]: value === undefined ? undefined : plain(value) });
  return {
    picture: <LinesPlot {...props} scale={scale} />,
    controls: (
      <>
        <label>
          Layout{" "}
          <select
            value={isOverlaid ? "overlaid" : "stacked"}
            onChange={(event) =>
              setParams({ layout: event.target.value === "overlaid" ? "overlaid" : undefined })
            }
          >
            <option value="stacked">Stacked</option>
            <option value="overlaid">Overlaid</option>
          </select>
        </label>
        {scale.kind === "overlaid" ? (
          <>
            <NumberField
              label="From"
              value={params["low"]}
              automatic={plain(scale.low, 6)}
              onChange={set("low")}
            />
            <NumberField
              label="To"
              value={params["high"]}
              automatic={plain(scale.high, 6)}
              onChange={set("high")}
            />
          </>
        ) : (
          <NumberField
            label="Height of a lane"
            value={params["spacing"]}
            automatic={plain(scale.spacing, 6)}
            onChange={set("spacing")}
          />
        )}
        <label>
          <input
            type="checkbox"
            checked={["low", "high", "spacing"].some((name) => params[name] !== undefined)}
            onChange={(event) => {
              const isKept = event.target.checked;
              const { kind } = scale;
              setParams({
                low: isKept && kind === "overlaid" ? plain(scale.low) : undefined,
                high: isKept && kind === "overlaid" ? plain(scale.high) : undefined,
                spacing: isKept && kind === "stacked" ? plain(scale.spacing) : undefined,
              });
            }}
          />{" "}
          Keep this scale
        </label>
      </>
    ),
  };
}
