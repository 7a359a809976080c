import { type ReactNode, useMemo } from "react";
import { plain } from "../../data/series-time.js";
import { finiteParam } from "../number-param.js";
import { NumberField } from "../series/NumberField.js";
import { type Plot, type PlotProps, SeriesView } from "../series/SeriesView.js";
import type { ViewProps } from "../view.js";
import { CarpetPlot } from "./CarpetPlot.js";
import { COLOUR_NAMES, carpetColours, colourTitle, isColourName } from "./carpet-colours.js";
import { carpetDomain, carpetValues } from "./carpet-values.js";

/** Channels, at most, that are drawn where none are chosen: of a surface not all vertices are read at once. */
const DEFAULT_CHANNELS = 512;

/** A time series as a carpet plot: time from left to right, a row of colours for each channel. */
export default function CarpetView(view: ViewProps): ReactNode {
  return (
    <SeriesView
      view={view}
      title="Carpet plot"
      defaultChannels={DEFAULT_CHANNELS}
      summedBy="mean"
      usePlot={useCarpet}
    />
  );
}

function useCarpet(props: PlotProps): Plot {
  const { frame, series, params, setParams } = props;
  const isScored = params["zscore"] === "1";
  const isRobust = params["domain"] !== "full";
  const carpet = useMemo(() => carpetValues(frame, isScored), [frame, isScored]);
  const automatic = useMemo(() => carpetDomain(carpet, isRobust), [carpet, isRobust]);
  const [ownLow, ownHigh] = [finiteParam(params["min"]), finiteParam(params["max"])];
  const hasBothSigns = (ownLow ?? automatic[0]) < 0 && (ownHigh ?? automatic[1]) > 0;
  const chosen = params["colours"];
  const name = isColourName(chosen) ? chosen : hasBothSigns ? "rdbu" : "viridis";
  const colours = carpetColours(name);
  const farthest = Math.max(Math.abs(automatic[0]), Math.abs(automatic[1]));
  const [least, most] = colours.isDiverging ? [-farthest, farthest] : automatic;
  const low = ownLow ?? least;
  const wanted = ownHigh ?? most;
  // A domain without length has no colours; 1 is nothing to a large value.
  const high = wanted > low ? wanted : low + (Math.abs(low) / 10 || 1);
  const set = (param: string) => (value: number | undefined) =>
    setParams({ [param]: value === undefined ? undefined : plain(value) });
  return {
    picture: (
      <CarpetPlot
        {...props}
        carpet={carpet}
        domain={[low, high]}
        colours={colours}
        unit={isScored ? "z-score" : series.valueName}
      />
    ),
    controls: (
      <>
        <label>
          Colours{" "}
          <select value={name} onChange={(event) => setParams({ colours: event.target.value })}>
            {COLOUR_NAMES.map((each) => (
              <option key={each} value={each}>
                {colourTitle(each)}
              </option>
            ))}
          </select>
        </label>
        <label>
          Values{" "}
          <select
            value={isRobust ? "robust" : "full"}
            onChange={(event) => setParams({ domain: event.target.value === "full" ? "full" : undefined })}
          >
            <option value="robust">Percentiles 1 to 99</option>
            <option value="full">All</option>
          </select>
        </label>
        <NumberField label="From" value={params["min"]} automatic={plain(low, 4)} onChange={set("min")} />
        <NumberField label="To" value={params["max"]} automatic={plain(high, 4)} onChange={set("max")} />
        <label>
          <input
            type="checkbox"
            checked={isScored}
            onChange={(event) => setParams({ zscore: event.target.checked ? "1" : undefined })}
          />{" "}
          z-score of each row
        </label>
      </>
    ),
  };
}
