import { errorMessage } from "@tvb-storage/files/internal";
import { type ReactNode, useRef, useState } from "react";
import { channelCount, type Series } from "../../data/series.js";
import { groupWidth } from "../../data/series-blocks.js";
import type { Frame } from "../../data/series-envelope.js";
import { columnsFor } from "../../data/series-window.js";
import { ExportPanel } from "../../export/ExportPanel.js";
import { channelLabels } from "../../project/region-labels.js";
import { useLoaded } from "../../shell/use-loaded.js";
import { useWorkspace } from "../../shell/workspace.js";
import type { ViewProps } from "../view.js";
import { ChannelChooser } from "./ChannelChooser.js";
import { CursorValues } from "./CursorValues.js";
import { type OpenSeries, openSeries } from "./open-series.js";
import { MARGIN, PlotArea, type PlotSize } from "./PlotArea.js";
import { SeriesStatus } from "./SeriesStatus.js";
import { channelsText, planeParam, readChoice, upTo, windowTexts } from "./series-params.js";
import { TimeTicks } from "./TimeTicks.js";
import { useFrame } from "./use-frame.js";
import { useWindow } from "./use-window.js";
import { WindowControls } from "./WindowControls.js";
import { WindowTable } from "./WindowTable.js";
import { exportedNames, windowSelection } from "./window-selection.js";
import "./series.css";

/** What a plot draws. */
export interface PlotProps {
  readonly series: Series;
  readonly frame: Frame;
  readonly size: PlotSize;
  /** Of all channels. */
  readonly names: readonly string[];
  /** Of the address: each kind of plot has names of its own there. */
  readonly params: ViewProps["params"];
  readonly setParams: ViewProps["setParams"];
}

/** A kind of plot. */
export interface Plot {
  readonly picture: ReactNode;
  readonly controls: ReactNode;
}

interface Props {
  readonly view: ViewProps;
  /** Channels that are drawn where the address names none. */
  readonly defaultChannels: number;
  /** What becomes of several samples in one column of pixels. */
  readonly summedBy: string;
  /** What the picture is: `Lines`. */
  readonly title: string;
  /** A hook: what is drawn, and the controls of this kind of plot. */
  readonly usePlot: (props: PlotProps) => Plot;
}

/** A window of a series with its controls, for any kind of plot. */
export function SeriesView(props: Props): ReactNode {
  const { data, summary, node } = props.view;
  const opened = useLoaded((signal) => openSeries(data, summary, node, signal), [data, summary, node]);
  if (opened.state === "loading") return <p role="status">Reading what the series is …</p>;
  if (opened.state === "failed") return <p role="alert">{errorMessage(opened.error)}</p>;
  const { series } = opened.value;
  if (series.samples === 0 || channelCount(series) === 0 || series.planes.some(({ length }) => length === 0))
    return (
      <p>
        {series.path} is empty: its shape is {series.shape.join(" × ")}.
      </p>
    );
  return <OpenedSeries key={series.path} {...props} opened={opened.value} />;
}

function OpenedSeries({
  view,
  defaultChannels,
  summedBy,
  title,
  usePlot,
  opened: { series, reader },
}: Props & { readonly opened: OpenSeries }): ReactNode {
  const { file, data, summary, params, setParams } = view;
  const count = channelCount(series);
  const names = useNames(file, data, summary, series, count);
  const [size, setSize] = useState<PlotSize>({ width: 0, height: 0 });
  const [cursor, setCursor] = useState<number | undefined>();
  const bytesPerSample = groupWidth(reader.grid, 0) * reader.grid.valueBytes;
  const choice = readChoice(series, params, defaultChannels, bytesPerSample);
  const [window, setWindow] = useWindow(series, choice.window, setParams);
  const shown = useFrame(reader, { ...choice, window }, columnsFor(size.width, choice.channels.length));
  const plot = useRef<HTMLDivElement>(null);
  const chosenNames = exportedNames(names, choice.channels);
  const { picture, controls } = usePlot({ series, frame: shown.frame, size, names, params, setParams });
  const what = series.channels?.name ?? "Series";
  const { start, length } = windowTexts(series, window);
  const label = `${title} of ${choice.channels.length} of ${count} (${what.toLowerCase()}), ${length} ${series.time.unit} from ${start} ${series.time.unit} on`;
  return (
    <div className="series" data-bytes-read={reader.bytesRead}>
      <div className="series-controls">
        {series.channels === undefined ? null : (
          <ChannelChooser
            what={what}
            names={names}
            chosen={choice.channels}
            onChange={(channels) => setParams({ channels: channelsText(channels, count) })}
          />
        )}
        {series.planes.map((axis, at) =>
          axis.length < 2 ? null : (
            <label key={axis.axis}>
              {axis.name}{" "}
              <select
                value={choice.plane[at]}
                onChange={(event) => setParams({ [planeParam(axis)]: event.target.value })}
              >
                {upTo(axis.length).map((index) => (
                  <option key={index} value={index}>
                    {axis.labels?.[index] ?? index}
                  </option>
                ))}
              </select>
            </label>
          ),
        )}
        {controls}
      </div>
      <PlotArea
        element={plot}
        label={label}
        samples={series.samples}
        window={window}
        onWindow={setWindow}
        cursor={cursor}
        onCursor={setCursor}
        onSize={setSize}
      >
        {size.width === 0 ? null : picture}
        {size.width === 0 ? null : (
          <svg
            className="series-axes"
            aria-hidden="true"
            width={size.width + MARGIN.left + MARGIN.right}
            height={size.height + MARGIN.top + MARGIN.bottom}
          >
            <TimeTicks time={series.time} window={window} size={size} cursor={cursor} />
          </svg>
        )}
      </PlotArea>
      <WindowControls series={series} window={window} onWindow={setWindow} />
      <CursorValues
        series={series}
        reader={reader}
        frame={shown.frame}
        plane={choice.plane}
        names={names}
        cursor={cursor}
      />
      <SeriesStatus series={series} reader={reader} shown={shown} summedBy={summedBy} />
      <ExportPanel
        file={view.file}
        data={data}
        path={series.path}
        selection={windowSelection(series, { ...choice, window })}
        labels={[undefined, chosenNames]}
        canvas={() => plot.current}
      />
      <WindowTable reader={reader} frame={shown.frame} names={names} what={what} />
    </div>
  );
}

/** Names of all channels: of the file, of its connectivity or sensors, or their numbers. */
function useNames(
  file: ViewProps["file"],
  data: ViewProps["data"],
  summary: ViewProps["summary"],
  series: Series,
  count: number,
): readonly string[] {
  const { sources } = useWorkspace();
  const own = series.channels?.labels;
  const loaded = useLoaded(
    async () => own ?? (await channelLabels(sources, file, data, summary, count)),
    [sources, file, data, summary, own, count],
  );
  const names = loaded.state === "loaded" ? loaded.value : own;
  const [numbers] = useState(() =>
    series.channels === undefined ? [series.valueName] : upTo(count).map((channel) => `${channel}`),
  );
  return names ?? numbers;
}
