import type { DatasetView } from "../../elements/dataset-view.js";
import { numbersOf } from "../../plotting/plane.js";
import { tickText } from "../../plotting/ticks.js";

export interface Histogram {
  /** One more than there are counts. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  /** NaN and infinities. */
  readonly others: number;
}

/** Counts of numbers in bins of equal width; undefined where there is no number. Reads twice. */
export async function histogram(view: DatasetView, bins: number): Promise<Histogram | undefined> {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let others = 0;
  for await (const numbers of numbersOf(view))
    for (let at = 0; at < numbers.length; at++) {
      const x = numbers[at] as number; // within its length
      if (x - x !== 0) others++;
      else {
        if (x < min) min = x;
        if (x > max) max = x;
      }
    }
  if (min > max) return undefined;
  const isWhole = /^u?int|^bool/.test(view.dtype);
  // A bin for each whole number, or for as many in each.
  const width = isWhole ? Math.max(1, Math.ceil((max - min + 1) / bins)) : max > min ? (max - min) / bins : 1;
  const count = isWhole ? Math.ceil((max - min + 1) / width) : max > min ? bins : 1;
  const counts = new Array<number>(count).fill(0);
  for await (const numbers of numbersOf(view))
    for (let at = 0; at < numbers.length; at++) {
      const x = numbers[at] as number; // within its length
      if (x - x !== 0) continue;
      const bin = Math.min(count - 1, Math.floor((x - min) / width));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  return { edges: Array.from({ length: count + 1 }, (_, at) => min + at * width), counts, others };
}

/** Parts of a character's width, from one to eight eighths. */
const BLOCKS = "▏▎▍▌▋▊▉█";

export function histogramPlot(
  { edges, counts, others }: Histogram,
  { width, title, isWhole }: { width: number; title: string; isWhole: boolean },
): string {
  const labels = counts.map((_, at) => {
    const from = edges[at] ?? 0;
    const to = edges[at + 1] ?? 0;
    if (isWhole) return to - from === 1 ? `${from}` : `${from} .. ${to - 1}`;
    return `[${tickText(from)}, ${tickText(to)}${at === counts.length - 1 ? "]" : ")"}`;
  });
  const labelColumns = Math.max(...labels.map((label) => label.length));
  const countColumns = Math.max(...counts.map((count) => String(count).length));
  const room = Math.max(8, width - labelColumns - countColumns - 3);
  const most = Math.max(...counts);
  const lines = counts.map((count, at) => {
    const eighths = Math.round((count / most) * room * 8);
    const bar =
      "█".repeat(Math.floor(eighths / 8)) + (eighths % 8 > 0 ? (BLOCKS[(eighths % 8) - 1] ?? "") : "");
    return `${(labels[at] ?? "").padStart(labelColumns)} ${String(count).padStart(countColumns)} ${bar}`.trimEnd();
  });
  const note = others > 0 ? `; ${others} NaN or infinite left out` : "";
  return `${[`${title}: counts${note}`, ...lines].join("\n")}\n`;
}
