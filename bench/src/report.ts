import { spawnSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import type { BenchCase, ContenderName, Limit } from "./bench-case.js";
import { pythonWith } from "./contenders.js";
import type { CaseResult, ContenderResult } from "./harness.js";
import { median, quantile, ratio } from "./statistics.js";

const TITLES: Record<ContenderName, string> = {
  ours: "ours",
  "h5py-original": "h5py, original's manner",
  "h5py-well": "h5py used well",
  h5wasm: "raw h5wasm",
  zipfile: "zipfile / minidom",
  minidom: "zipfile / minidom",
  floor: "floor (bare node:fs)",
};
const COLUMNS: readonly (readonly ContenderName[])[] = [
  ["h5py-original"],
  ["h5py-well"],
  ["h5wasm"],
  ["zipfile", "minidom"],
  ["floor"],
];

/** The measured versions and the kind of machine, without names. */
export function environment(): Record<string, string> {
  const cores = cpus();
  const python = pythonWith("h5py");
  const versions =
    "import sys, h5py; print(sys.version.split()[0], h5py.__version__, h5py.version.hdf5_version)";
  const [py, h5py, hdf5] =
    python === undefined
      ? []
      : spawnSync(python, ["-c", versions], { encoding: "utf8" }).stdout.trim().split(" ");
  return {
    processor: `${cores[0]?.model ?? "unknown"}, ${cores.length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    python: h5py === undefined ? "no Python with h5py" : `${py}, h5py ${h5py}, HDF5 ${hdf5}`,
  };
}

export interface Verdict {
  readonly limit: Limit;
  /** The ratio or the value, or undefined where the peer is absent. */
  readonly found: number | undefined;
}

export function verdicts(one: BenchCase, result: CaseResult): Verdict[] {
  const ours = result.contenders.find(({ name }) => name === "ours");
  return one.limits.map((limit) => {
    const mine = ours?.series[limit.measure] ?? [];
    if (limit.peer === undefined) return { limit, found: mine.length === 0 ? undefined : Math.max(...mine) };
    const theirs = result.contenders.find(({ name }) => name === limit.peer)?.series[limit.measure];
    return { limit, found: theirs === undefined ? undefined : ratio(mine, theirs).ofMedians };
  });
}

/** One table of times, one of memory. */
export function markdown(cases: readonly BenchCase[], results: readonly CaseResult[], about: string): string {
  const pairs = cases.flatMap((one) => {
    const result = results.find(({ name }) => name === one.name);
    return result === undefined ? [] : [{ one, result }];
  });
  const columns = COLUMNS.map(([first]) => (first === undefined ? "" : TITLES[first]));
  return [
    "# Measurements",
    "",
    ...Object.entries(environment()).map(([what, value]) => `- ${what}: ${value}`),
    `- ${about}`,
    "",
    "Medians of the rounds. In brackets: the ratio of medians, ours to the peer's (below 1 we are faster), and the",
    "quartiles of the single rounds' ratios. All contenders of a case take turns in every round. The first run is that",
    "of a fresh process, before the warm-up: what a short script sees.",
    "",
    ...table(
      ["case", "ours", "ours, first run", ...columns, "at most", "met"],
      pairs.flatMap(({ one, result }) => timeRows(one, result)),
    ),
    "",
    "Peak memory of the whole process, in MiB; it includes the interpreter and the data that the case holds.",
    "",
    ...table(
      ["case", "ours", ...columns],
      pairs.map(({ result }) => [
        result.name,
        peak(result.contenders.find(({ name }) => name === "ours")),
        ...COLUMNS.map((names) => peak(result.contenders.find(({ name }) => names.includes(name)))),
      ]),
    ),
    "",
  ].join("\n");
}

function timeRows(one: BenchCase, result: CaseResult): string[][] {
  const ours = result.contenders.find(({ name }) => name === "ours");
  const found = verdicts(one, result);
  return Object.entries(one.units ?? { ms: "ms" }).map(([measure, unit], i) => {
    const mine = ours?.series[measure] ?? [];
    const first = ours?.first?.[measure];
    const mineVerdicts = found.filter(({ limit }) => limit.measure === measure);
    const spread =
      mine.length === 0 ? "" : ` (${figure(quantile(mine, 0.25))} to ${figure(quantile(mine, 0.75))})`;
    return [
      `${i === 0 ? one.title : ""}${one.units === undefined ? "" : ` · ${measure}`}`,
      mine.length === 0 ? "-" : `${figure(median(mine))} ${unit}${spread}`,
      first === undefined ? "" : `${figure(first)} ${unit}`,
      ...COLUMNS.map((names) =>
        versus(
          mine,
          measure,
          unit,
          result.contenders.find(({ name }) => names.includes(name)),
        ),
      ),
      mineVerdicts
        .map(({ limit }) => (limit.peer === undefined ? `${limit.atMost} ${unit}` : limit.atMost.toFixed(1)))
        .join(),
      mineVerdicts.map(met).join(),
    ];
  });
}

export function met({ limit, found }: Verdict): string {
  if (found === undefined) return "peer absent";
  const shown = limit.peer === undefined ? figure(found) : found.toFixed(2);
  return found <= limit.atMost ? `yes (${shown})` : `**no (${shown})**`;
}

function versus(
  mine: readonly number[],
  measure: string,
  unit: string,
  peer: ContenderResult | undefined,
): string {
  if (peer === undefined) return "";
  if (peer.absent !== undefined) return `absent: ${peer.absent.split("\n")[0]?.replaceAll("|", "/") ?? ""}`;
  const theirs = peer.series[measure];
  if (theirs === undefined) return "";
  const { ofMedians, lower, upper } = ratio(mine, theirs);
  return `${figure(median(theirs))} ${unit} (${ofMedians.toFixed(2)}; ${lower.toFixed(2)} to ${upper.toFixed(2)})`;
}

function peak(result: ContenderResult | undefined): string {
  return result?.peakMib === undefined ? "" : result.peakMib.toFixed(0);
}

/** Three digits. */
function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)];
}
