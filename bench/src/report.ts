import { type BenchCase, type ContenderName, MODES, type Mode } from "./bench-case.js";
import { environment } from "./environment.js";
import type { CaseResult, ContenderResult } from "./harness.js";
import { median, quantile, ratio } from "./statistics.js";
import {
  contenderOf,
  isInMean,
  MEANS,
  type Mean,
  MOST_MIB_OVER_FLOOR,
  meanRatio,
  type Verdict,
  verdicts,
} from "./verdicts.js";

/** Peers of different cases share a column. */
const COLUMNS: readonly (readonly [title: string, ...names: ContenderName[]])[] = [
  ["h5py, original's manner", "h5py-original"],
  ["h5py used well", "h5py-well"],
  ["raw h5wasm", "h5wasm"],
  ["zipfile / minidom", "zipfile", "minidom"],
  ["zarr-python", "zarr"],
  ["zarr-python, consolidated each time", "zarr-consolidated"],
  ["floor (bare node:fs)", "floor"],
];

/** The columns of which some case has a contender. */
function columnsOf(measured: readonly Measured[]): typeof COLUMNS {
  return COLUMNS.filter(([, ...names]) =>
    measured.some(({ result }) => contenderOf(result, ...names) !== undefined),
  );
}

function titles(columns: typeof COLUMNS): string[] {
  return columns.map(([title]) => title);
}

const ABOUT_MODE: Record<Mode, readonly string[]> = {
  warm: ["One process for all rounds of a contender, measured after a warm-up."],
  fresh: [
    "A new process for each run, measured from the first line after all imports, without warm-up; whole processes from",
    "their start to their end. Files are set up by other processes.",
  ],
};

interface Measured {
  readonly one: BenchCase;
  readonly result: CaseResult;
}

/** A table of times for each mode, and one of memory. */
export function markdown(cases: readonly BenchCase[], results: readonly CaseResult[], about: string): string {
  const measuredIn = (mode: Mode): Measured[] =>
    cases.flatMap((one) => {
      const result = results.find((each) => each.name === one.name && each.mode === mode);
      return result === undefined ? [] : [{ one, result }];
    });
  return [
    "# Measurements",
    "",
    ...Object.entries(environment()).map(([what, value]) => `- ${what}: ${value}`),
    `- ${about}`,
    "",
    "Medians of the rounds. In brackets: the ratio of medians, ours to the peer's (below 1 we are faster), and the",
    "quartiles of the single rounds' ratios. All contenders of a case take turns in every round. Threads: the processor",
    "time of a run of ours by its duration.",
    "",
    ...MODES.flatMap((mode) => timeSection(mode, measuredIn(mode))),
    ...memorySection(measuredIn("fresh")),
  ].join("\n");
}

function timeSection(mode: Mode, measured: readonly Measured[]): string[] {
  if (measured.length === 0) return [];
  const columns = columnsOf(measured);
  return [
    `## ${mode === "warm" ? "Warm" : "Fresh"}`,
    "",
    ...ABOUT_MODE[mode],
    "",
    ...table(
      ["case", "ours", "threads", "WebAssembly", ...titles(columns), "at most", "met"],
      measured.flatMap((each) => timeRows(each, columns)),
    ),
    "",
    ...MEANS.flatMap((mean) => meanLines(measured, mean, mode)),
  ];
}

function meanLines(measured: readonly Measured[], about: Mean, mode: Mode): string[] {
  const atMost = about.atMost[mode];
  const results = measured.filter(({ one }) => isInMean(one, about)).map(({ result }) => result);
  const found = meanRatio(results, about);
  if (found === undefined || atMost === undefined) return [];
  const { mean, count } = found;
  return [
    `Geometric mean of the ratios to ${about.title}, ${count} cases: ` +
      `${mean.toFixed(2)}, at most ${atMost}: ${yesOrNo(mean <= atMost)}`,
    "",
  ];
}

function timeRows({ one, result }: Measured, columns: typeof COLUMNS): string[][] {
  const ours = contenderOf(result, "ours");
  const found = verdicts(one, result);
  // The whole of a process is measured in fresh ones alone.
  const units = Object.entries(one.units ?? { ms: "ms" }).filter(
    ([measure]) => measure !== "whole" || result.mode === "fresh",
  );
  return units.map(([measure, unit], i) => {
    const mine = ours?.series[measure] ?? [];
    const mineVerdicts = found.filter(({ limit }) => limit.measure === measure);
    const spread =
      mine.length === 0 ? "" : ` (${figure(quantile(mine, 0.25))} to ${figure(quantile(mine, 0.75))})`;
    return [
      `${i === 0 ? one.title : ""}${one.units === undefined ? "" : ` · ${measure}`}`,
      mine.length === 0 ? "-" : `${figure(median(mine))} ${unit}${spread}`,
      i === 0 ? threads(ours) : "",
      i === 0 ? wasm(ours) : "",
      ...columns.map(([, ...names]) => versus(mine, measure, unit, contenderOf(result, ...names))),
      mineVerdicts
        .map(({ limit, atMost }) => (limit.peer === undefined ? `${atMost} ${unit}` : `${atMost}`))
        .join(),
      mineVerdicts.map(met).join(),
    ];
  });
}

/** How many processors a run kept busy. */
function threads(ours: ContenderResult | undefined): string {
  const { ms = [], cpu = [] } = ours?.series ?? {};
  return ms.length === 0 || cpu.length === 0 ? "" : (median(cpu) / median(ms)).toFixed(1);
}

function wasm(ours: ContenderResult | undefined): string {
  const loaded = ours?.series.wasm ?? [];
  if (loaded.length === 0) return "";
  return Math.max(...loaded) > 0 ? "**yes**" : "no";
}

export function met({ limit, atMost, found }: Verdict): string {
  if (found === undefined) return "peer absent";
  return yesOrNo(found <= atMost, limit.peer === undefined ? figure(found) : found.toFixed(2));
}

function yesOrNo(holds: boolean, shown?: string): string {
  const found = shown === undefined ? "" : ` (${shown})`;
  return holds ? `yes${found}` : `**no${found}**`;
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

function memorySection(measured: readonly Measured[]): string[] {
  if (measured.length === 0) return [];
  const columns = columnsOf(measured);
  return [
    "## Peak memory",
    "",
    "Of fresh processes, in MiB, the interpreter and the data that the case holds included; the floor does not load our",
    `packages. At most: the floor and ${MOST_MIB_OVER_FLOOR}, or what the case states.`,
    "",
    ...table(
      ["case", "ours", "at most", "met", ...titles(columns)],
      measured.map((each) => memoryRow(each, columns)),
    ),
    "",
  ];
}

function memoryRow({ one, result }: Measured, columns: typeof COLUMNS): string[] {
  const mine = peak(contenderOf(result, "ours"));
  const floor = peak(contenderOf(result, "floor"));
  const stated = one.limits.find(({ measure }) => measure === "peak")?.atMost.fresh;
  const most = stated ?? (floor === undefined ? undefined : floor + MOST_MIB_OVER_FLOOR);
  return [
    one.name,
    whole(mine),
    whole(most),
    mine === undefined || most === undefined ? "" : yesOrNo(mine <= most),
    ...columns.map(([, ...names]) => whole(peak(contenderOf(result, ...names)))),
  ];
}

function peak(contender: ContenderResult | undefined): number | undefined {
  const found = contender?.series.peak ?? [];
  return found.length === 0 ? undefined : median(found);
}

function whole(value: number | undefined): string {
  return value === undefined ? "" : value.toFixed(0);
}

/** Three digits. */
function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)];
}
