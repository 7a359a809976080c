import { type Selection, slice } from "@tvb-storage/core/arrays";
import type { Series } from "../../data/series.js";
import type { SeriesChoice } from "./series-params.js";

/** What is shown of a series, as in numpy: the channels from the first chosen one to the last. */
export function windowSelection(
  { shape, channels: axis, planes, samples }: Series,
  choice: SeriesChoice,
): Selection {
  const { window, channels, plane } = choice;
  const [first, last] = [channels[0] ?? 0, channels.at(-1) ?? -1];
  return shape.map((_, at) => {
    if (at === 0) return slice(window.start, Math.min(samples, window.start + window.count));
    if (at === axis?.axis) return slice(first, last + 1);
    return plane[planes.findIndex((each) => each.axis === at)] ?? 0;
  });
}

/** The names of those channels. */
export function exportedNames(names: readonly string[], channels: readonly number[]): readonly string[] {
  return names.slice(channels[0] ?? 0, (channels.at(-1) ?? -1) + 1);
}
