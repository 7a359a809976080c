import { channelCount, type Series, type SeriesAxis } from "../../data/series.js";
import { plain, sampleAtTime, timeOfSample } from "../../data/series-time.js";
import { firstWindow, fitWindow, type SampleWindow } from "../../data/series-window.js";
import { finiteParam } from "../number-param.js";
import type { ViewParams } from "../view.js";

/** What is looked at of a series. */
export interface SeriesChoice {
  readonly window: SampleWindow;
  /** In ascending order. */
  readonly channels: readonly number[];
  /** Index along each axis of `series.planes`. */
  readonly plane: readonly number[];
}

/** The name of an axis in the address: `variable`, `mode`, `axis3`. */
export function planeParam({ name, axis }: SeriesAxis): string {
  if (/^state variable$/i.test(name)) return "variable";
  return /^mode$/i.test(name) ? "mode" : `axis${axis}`;
}

/** What the address says; what it does not say, or says wrongly, is as when a series is opened. */
export function readChoice(
  series: Series,
  params: ViewParams,
  defaultChannels: number,
  bytesPerSample: number,
): SeriesChoice {
  const count = channelCount(series);
  return {
    window: readWindow(series, params, bytesPerSample),
    // A dataset of time alone has nothing to choose from.
    channels:
      (series.channels && parseChannels(params["channels"], count)) ?? upTo(Math.min(count, defaultChannels)),
    plane: series.planes.map((axis) => {
      const index = Number(params[planeParam(axis)] ?? 0);
      return Number.isInteger(index) && index >= 0 && index < axis.length ? index : 0;
    }),
  };
}

function readWindow({ time, samples }: Series, params: ViewParams, bytesPerSample: number): SampleWindow {
  const first = firstWindow(samples, bytesPerSample);
  const start = finiteParam(params["start"]);
  const length = finiteParam(params["length"]);
  if (start === undefined && length === undefined) return first;
  return fitWindow(
    {
      start: start === undefined ? 0 : sampleAtTime(time, start),
      count: length === undefined ? first.count : length / time.period,
    },
    samples,
  );
}

/** The window in units of time, as the address and the fields have it. */
export function windowTexts(
  { time }: Series,
  { start, count }: SampleWindow,
): { readonly start: string; readonly length: string } {
  return { start: plain(timeOfSample(time, start)), length: plain(count * time.period) };
}

export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

/** `0-9,12` as the indices; `all`, `none`; undefined for another text. Those that do not exist are left out; undefined where none does. */
export function parseChannels(text: string | undefined, count: number): number[] | undefined {
  if (text === undefined) return undefined;
  if (text === "all") return upTo(count);
  if (text === "none") return [];
  const chosen = new Set<number>();
  for (const part of text.split(",")) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    if (range === null) return undefined;
    const first = Number(range[1]);
    const last = Math.min(Number(range[2] ?? first), count - 1);
    for (let channel = first; channel <= last; channel += 1) chosen.add(channel);
  }
  return chosen.size === 0 ? undefined : [...chosen].sort((a, b) => a - b);
}

/** The other way around. */
export function channelsText(channels: readonly number[], count: number): string {
  if (channels.length === 0) return "none";
  if (channels.length === count) return "all";
  const ranges: string[] = [];
  for (let at = 0; at < channels.length; ) {
    const first = channels[at] ?? 0;
    let last = first;
    while (channels[at + 1] === last + 1) {
      at += 1;
      last += 1;
    }
    ranges.push(first === last ? `${first}` : `${first}-${last}`);
    at += 1;
  }
  return ranges.join(",");
}
