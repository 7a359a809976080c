import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { environment } from "./environment.js";
import { GROWN, type Grown, type GrowthTimes } from "./growth-kinds.js";
import { table } from "./report.js";

// How time and memory grow with the number of datasets in a group, of attributes on a node, of chunks in a dataset.

const COUNTS = [10, 1000, 100_000];
const QUICK_COUNTS = [10, 100, 1000];

/** Measures every kind at every count, in a process each, and gives the table, which is also in `path`. */
export async function runGrowth(quick: boolean, path: string): Promise<string> {
  const load = loadavg()[0] ?? 0;
  const rows: string[][] = [];
  for (const kind of GROWN) {
    for (const count of quick ? QUICK_COUNTS : COUNTS) {
      process.stderr.write(`${count} ${kind} ...`);
      const times = measured(kind, count);
      process.stderr.write(` ${(times.create / 1000).toFixed(1)} s\n`);
      rows.push(row(kind, count, times));
    }
  }
  const text = [
    "# Growth",
    "",
    ...Object.entries(environment()).map(([what, value]) => `- ${what}: ${value}`),
    `- load average of the machine ${load.toFixed(1)} at the start`,
    "",
    "Each row is a new process. Datasets and attributes are created by a call each, chunks by one. Where time grows as n",
    "log n, the time for each stays nearly the same.",
    "",
    ...table(
      ["how many", "created, s", "each, us", "one more, ms", "one read, ms", "all read, ms", "peak, MiB"],
      rows,
    ),
    "",
  ].join("\n");
  writeFileSync(path, text);
  return text;
}

function row(kind: Grown, count: number, { create, add, one, all, peak }: GrowthTimes): string[] {
  return [
    `${count.toLocaleString("en")} ${kind}`,
    (create / 1000).toFixed(2),
    ((create * 1000) / count).toFixed(0),
    add.toFixed(2),
    one.toFixed(2),
    all.toFixed(1),
    peak.toFixed(0),
  ];
}

function measured(kind: Grown, count: number): GrowthTimes {
  const folder = mkdtempSync(`${tmpdir()}/tvb-bench-growth-`);
  try {
    const program = fileURLToPath(new URL("./growth-process.js", import.meta.url));
    const args = [program, kind, `${count}`, folder];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${count} ${kind}: ${stderr}`);
    return JSON.parse(stdout) as GrowthTimes; // printed by growth-process.ts
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
