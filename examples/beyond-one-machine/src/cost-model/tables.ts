import type { Cost, Link } from "./cost.js";
import { reading, wholePass, writing } from "./operations.js";
import { objectBytes, objectCount, REGION, type SeriesLayout, TIME } from "./series-layout.js";
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

/** The objects, and what it costs to write them by one machine and by the most, and to read one region and one time. */
export function accessTable(
  layouts: readonly NamedLayout[],
  { link, format, blockBytes, workers }: TableOptions,
): string {
  const many = Math.max(...workers);
  const rows = layouts.map(({ name, layout }) => {
    const alone = writing(layout, format, 1, blockBytes, link);
    return [
      name,
      `${countText(objectCount(layout))} of ${bytesText(objectBytes(layout))}`,
      `${countText(alone.puts)}, ${timeText(alone.seconds)}`,
      timeText(writing(layout, format, many, blockBytes, link).seconds),
      readText(reading(layout, REGION, link)),
      readText(reading(layout, TIME, link)),
    ];
  });
  const heads = ["layout", "objects", "PUT, time to write", `by ${workersText(many)}`];
  return table([...heads, "one region: GET, bytes, time", "one time: GET, bytes, time"], rows);
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
  return table(["layout", "GET", "bytes", ...workers.map(workersText)], rows);
}

/** What the figures of the other tables depend on. */
export function parametersTable({ link, blockBytes }: TableOptions): string {
  return table(
    ["parameter", "value"],
    [
      ["first byte of an answer after", `${Math.round(link.latencySeconds * 1000)} ms`],
      ["one connection", `${bytesText(link.bytesPerSecond)}/s`],
      ["connections of a machine at a time", String(link.connections)],
      ["a machine", `${bytesText(link.machineBytesPerSecond)}/s`],
      ["the store", `${countText(link.getsPerSecond)} GET/s, ${countText(link.putsPerSecond)} PUT/s`],
      ["a block that a worker reads or writes", bytesText(blockBytes)],
    ],
  );
}

/** The lengths of chunks and shards. */
export function shapesTable(
  layouts: readonly (Pick<SeriesLayout, "chunks" | "shards"> & { readonly name: string })[],
): string {
  const text = (shape: readonly number[]): string => `(${shape.join(", ")})`;
  const rows = layouts.map(({ name, chunks, shards }) => [name, text(chunks), shards ? text(shards) : "-"]);
  return table(["layout", "chunks", "shards"], rows);
}

function workersText(count: number): string {
  return count === 1 ? "1 worker" : `${count.toLocaleString("en")} workers`;
}

function readText({ gets, bytes, seconds }: Cost): string {
  return `${countText(gets)}, ${bytesText(bytes)}, ${timeText(seconds)}`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}
