import type { Link } from "./cost.js";
import type { SeriesLayout } from "./series-layout.js";
import {
  accessTable,
  type NamedLayout,
  parametersTable,
  passTable,
  shapesTable,
  type TableOptions,
} from "./tables.js";

// The tables of docs/beyond-one-machine.md.

const REGIONS = 1000;
const ITEM_BYTES = 8;
const ROW_BYTES = REGIONS * ITEM_BYTES;

/** An object store in the same data centre, and a machine with 10 Gbit/s: what such stores give as a guide. */
const OBJECT_STORE: Link = {
  latencySeconds: 0.1,
  bytesPerSecond: 85e6,
  connections: 8,
  machineBytesPerSecond: 1.2e9,
  getsPerSecond: 5500,
  putsPerSecond: 3500,
};

export const DEFAULTS: TableOptions = {
  link: OBJECT_STORE,
  format: 3,
  blockBytes: 128e6,
  workers: [1, 10, 100, 1000],
};

/** The lengths of chunks and shards along (time, variable, region, mode). */
const LAYOUTS: readonly (Pick<SeriesLayout, "chunks" | "shards"> & { readonly name: string })[] = [
  { name: "A: 1 MB of rows (default)", chunks: [132, 1, REGIONS, 1] },
  { name: "B: 16 MB of rows", chunks: [2000, 1, REGIONS, 1] },
  { name: "C: 16 MB tiles of 100 regions", chunks: [20_000, 1, 100, 1] },
  { name: "D: 16 MB of one region", chunks: [2_000_000, 1, 1, 1] },
  { name: "E: A in shards of 256 MB", chunks: [125, 1, REGIONS, 1], shards: [32_000, 1, REGIONS, 1] },
  {
    name: "F: 1 MB tiles of 125 regions in shards of 256 MB",
    chunks: [1000, 1, 125, 1],
    shards: [32_000, 1, REGIONS, 1],
  },
];

const SIZES: readonly (readonly [name: string, bytes: number])[] = [
  ["1 GB", 1e9],
  ["1 TB", 1e12],
  ["1 PB", 1e15],
];

function layoutsOf(bytes: number): NamedLayout[] {
  const times = bytes / ROW_BYTES;
  return LAYOUTS.map(({ name, chunks, shards }) => {
    // No chunk need be longer than the series.
    const [length = 1, ...rest] = chunks;
    const fitting = [Math.min(length, times), ...rest];
    return {
      name,
      layout: { shape: [times, 1, REGIONS, 1], itemBytes: ITEM_BYTES, chunks: fitting, shards },
    };
  });
}

/** The tables by the names that the document has for them. */
export function documentedTables(): Map<string, string> {
  const tables = SIZES.flatMap(([name, bytes]) => [
    [`access ${name}`, accessTable(layoutsOf(bytes), DEFAULTS)] as const,
    [`pass ${name}`, passTable(layoutsOf(bytes), DEFAULTS)] as const,
  ]);
  return new Map([["parameters", parametersTable(DEFAULTS)], ["layouts", shapesTable(LAYOUTS)], ...tables]);
}
