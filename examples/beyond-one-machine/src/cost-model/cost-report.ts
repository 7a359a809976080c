import { parseArgs } from "node:util";
import { UserMistake } from "@tvb-storage/example-quickstart/user-mistake";
import { DEFAULTS, documentedTables } from "./documented.js";
import type { SeriesLayout } from "./series-layout.js";
import { accessTable, parametersTable, passTable, type TableOptions } from "./tables.js";

const USAGE = `usage: node examples/beyond-one-machine/dist/costs.js [options]

What a series (time, variable, region, mode) costs in object storage. Without --shape: the tables of
docs/beyond-one-machine.md.

  --shape 3600000,2,76,1     of the series
  --chunks 50000,2,76,1      of its chunks
  --shards 500000,2,76,1     of its shards; default none
  --item-bytes 8             of an element
  --ratio 0.6                stored bytes by bytes in memory; default not compressed
  --workers 1,10,100         of a whole pass
  --block-mb 128             that a worker reads or writes at a time
  --latency-ms 100           to the first byte of an answer
  --connection-mb 85         a second, of one connection
  --connections 8            of a machine at a time
  --machine-mb 1200          a second, of one machine
  --gets 5500 --puts 3500    a second, of the store`;

const text = { type: "string" } as const;
const OPTIONS = {
  help: { type: "boolean", short: "h" },
  shape: text,
  chunks: text,
  shards: text,
  "item-bytes": text,
  ratio: text,
  workers: text,
  "block-mb": text,
  "latency-ms": text,
  "connection-mb": text,
  connections: text,
  "machine-mb": text,
  gets: text,
  puts: text,
} as const;

type Name = Exclude<keyof typeof OPTIONS, "help">;
type Values = Partial<Record<Name, string>>;

/**
 * What `costs` prints.
 *
 * @throws UserMistake an unknown option or an unusable value.
 */
export function costReport(args: readonly string[]): string {
  const { help, ...values } = parsed(args);
  if (help) return USAGE;
  const options = tableOptions(values);
  const { shape } = values;
  if (shape === undefined) {
    const [given] = Object.keys(values);
    if (given !== undefined) throw new UserMistake(`--${given} needs --shape and --chunks\n\n${USAGE}`);
    return [...documentedTables()].map(([name, table]) => `${name}\n\n${table}`).join("\n\n");
  }
  const layouts = [{ name: "yours", layout: seriesLayout(values) }];
  return [parametersTable(options), accessTable(layouts, options), passTable(layouts, options)].join("\n\n");
}

function parsed(args: readonly string[]): Values & { readonly help?: boolean } {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UserMistake(`${error instanceof Error ? error.message : error}\n\n${USAGE}`, { cause: error });
  }
}

function seriesLayout(values: Values): SeriesLayout {
  const shape = lengths(values, "shape") ?? [];
  const chunks = lengths(values, "chunks");
  const shards = lengths(values, "shards");
  if (chunks === undefined)
    throw new UserMistake("--chunks is missing: the length of a chunk along each axis");
  if (shape.length !== 4)
    throw new UserMistake(`--shape has ${shape.length} lengths, not 4: time, variable, region, mode`);
  for (const [name, parts] of [
    ["chunks", chunks],
    ["shards", shards ?? chunks],
  ] as const)
    if (parts.length !== 4)
      throw new UserMistake(`--${name} has ${parts.length} lengths, not 4 as --shape has`);
  if (shards?.some((length, axis) => length % (chunks[axis] ?? 1) !== 0))
    throw new UserMistake(`--shards ${values.shards} are not made of whole --chunks ${values.chunks}`);
  const compressionRatio = number(values, "ratio");
  return { shape, chunks, shards, itemBytes: number(values, "item-bytes") ?? 8, compressionRatio };
}

function tableOptions(values: Values): TableOptions {
  const { link } = DEFAULTS;
  const scaled = (name: Name, scale: number): number | undefined => {
    const value = number(values, name);
    return value === undefined ? undefined : value * scale;
  };
  return {
    format: DEFAULTS.format,
    blockBytes: scaled("block-mb", 1e6) ?? DEFAULTS.blockBytes,
    workers: lengths(values, "workers") ?? DEFAULTS.workers,
    link: {
      latencySeconds: scaled("latency-ms", 1e-3) ?? link.latencySeconds,
      bytesPerSecond: scaled("connection-mb", 1e6) ?? link.bytesPerSecond,
      connections: number(values, "connections") ?? link.connections,
      machineBytesPerSecond: scaled("machine-mb", 1e6) ?? link.machineBytesPerSecond,
      getsPerSecond: number(values, "gets") ?? link.getsPerSecond,
      putsPerSecond: number(values, "puts") ?? link.putsPerSecond,
    },
  };
}

function number(values: Values, name: Name): number | undefined {
  const given = values[name];
  if (given === undefined) return undefined;
  const value = Number(given);
  if (given.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new UserMistake(`--${name} needs a number above 0, not "${given}"`);
}

function lengths(values: Values, name: Name): number[] | undefined {
  const given = values[name];
  const all = given?.split(",").map(Number);
  if (all?.every((length) => Number.isSafeInteger(length) && length > 0) ?? true) return all;
  throw new UserMistake(`--${name} needs whole numbers above 0 with commas between them, not "${given}"`);
}
