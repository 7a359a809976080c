import type { Cost, Link } from "./cost.js";
import { reading, wholePass, writing } from "./operations.js";
import { objectBytes, objectCount, type SeriesLayout } from "./series-layout.js";
import { bytesText, countText, timeText } from "./units.js";

export interface NamedLayout {
  readonly name: string;
  readonly layout: SeriesLayout;
}

export interface TableOptions {
  readonly link: Link;
  readonly format: 2 | 3;
  /** Of a block that a worker has in memory. */
  readonly blockBytes: number;
  readonly workers: readonly number[];
}

/** Of objects and of what one machine does: writing, the course of one region, one time. */
export function accessTable(layouts: readonly NamedLayout[], { link, format }: TableOptions): string {
  const rows = layouts.map(({ name, layout }) => [
    name,
    `${countText(objectCount(layout))} of ${bytesText(objectBytes(layout))}`,
    writeText(writing(layout, format, link)),
    readText(reading(layout, 2, link)),
    readText(reading(layout, 0, link)),
  ]);
  return table(
    ["layout", "objects", "writing: PUT, time", "one region: GET, bytes, time", "one time: GET, bytes, time"],
    rows,
  );
}

/** Of a whole pass, by some numbers of workers. */
export function passTable(
  layouts: readonly NamedLayout[],
  { link, blockBytes, workers }: TableOptions,
): string {
  const rows = layouts.map(({ name, layout }) => {
    const costs = workers.map((count) => wholePass(layout, count, blockBytes, link));
    return [
      name,
      countText(costs[0]?.gets ?? 0),
      bytesText(costs[0]?.bytes ?? 0),
      ...costs.map(({ seconds }) => timeText(seconds)),
    ];
  });
  const heads = workers.map((count) => (count === 1 ? "1 worker" : `${count.toLocaleString("en")} workers`));
  return table(["layout", "GET", "bytes", ...heads], rows);
}

function writeText({ puts, seconds }: Cost): string {
  return `${countText(puts)}, ${timeText(seconds)}`;
}

function readText({ gets, bytes, seconds }: Cost): string {
  return `${countText(gets)}, ${bytesText(bytes)}, ${timeText(seconds)}`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}
