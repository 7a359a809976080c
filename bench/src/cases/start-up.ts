import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import type { BenchCase, Measures, Workload } from "../bench-case.js";

/** A new process that imports, reads once and reports; the start of the interpreter is not counted. */
function fresh(script: string, path: string): Workload {
  const program = fileURLToPath(new URL(`../start-up/${script}.js`, import.meta.url));
  return {
    // Written by that program.
    run: () => JSON.parse(execFileSync(process.execPath, [program, path], { encoding: "utf8" })) as Measures,
  };
}

export const startUpCases: readonly BenchCase[] = [
  {
    name: "start-up",
    title: "import and first read in a fresh process",
    units: { import: "ms", first: "ms", rss: "MiB" },
    full: {},
    quick: {},
    rounds: 11,
    python: ["h5py-original"],
    limits: [],
    setup: (context) =>
      new HDF5StorageManager(`${context.shared}/small.h5`).storeData(new Float64Array(76).fill(2), "data"),
    ours: (context) => fresh("ours", `${context.shared}/small.h5`),
    h5wasm: (context) => fresh("h5wasm", `${context.shared}/small.h5`),
  },
];
