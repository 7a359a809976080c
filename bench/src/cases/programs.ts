import { mkdirSync } from "node:fs";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { type Context, type Limit, type ProgramCase, sizeOf, toOriginal } from "../bench-case.js";
import { signal } from "../signal.js";

// Short scripts, from the start of the interpreter to its end: see programs/ and peers/programs.py.

const KEYS = 5;

async function setupGzip({ shared }: Context): Promise<void> {
  const file = new HDF5StorageManager(`${shared}/gzip.h5`);
  await file.storeData(signal(16_384), "data", { compression: "gzip" });
}

async function setupList(context: Context): Promise<void> {
  const file = new HDF5StorageManager(`${context.shared}/list.h5`);
  for (let i = 0; i < sizeOf(context, "datasets"); i++)
    await file.storeData(signal(76), `dataset_${i}`, { where: `/group_${i % 10}` });
}

async function setupFiles(context: Context): Promise<void> {
  for (let i = 0; i < sizeOf(context, "files"); i++) {
    mkdirSync(`${context.shared}/operation_${i % 20}`, { recursive: true });
    const file = new HDF5StorageManager(`${context.shared}/operation_${i % 20}/TimeSeries_${i}.h5`);
    const entries = Array.from({ length: KEYS }, (_, key) => [
      `key_${key}`,
      key % 2 === 0 ? key : `value ${key}`,
    ]);
    await file.setMetadata(Object.fromEntries(entries));
  }
}

const MOST_MEMORY: Limit = { measure: "peak", atMost: { fresh: 75 } };
const shared = { rounds: 7, python: ["h5py-original"], units: { ms: "ms", peak: "MiB" } } as const;

export const cases: readonly ProgramCase[] = [
  {
    ...shared,
    name: "program-store",
    program: "store",
    title: "whole process: store 8 KB, set an attribute, read it back",
    full: {},
    quick: {},
    limits: [toOriginal(1.0, 1.0), MOST_MEMORY],
  },
  {
    ...shared,
    name: "program-gzip",
    program: "gzip",
    title: "whole process: read one gzip dataset of 128 KiB",
    full: {},
    quick: {},
    limits: [toOriginal(1.0, 1.0), MOST_MEMORY],
    setup: setupGzip,
  },
  {
    ...shared,
    name: "program-list",
    program: "list",
    title: "whole process: list a file of 200 datasets in 10 groups",
    full: { datasets: 200 },
    quick: { datasets: 200 },
    limits: [MOST_MEMORY],
    setup: setupList,
  },
  {
    ...shared,
    name: "program-attributes",
    program: "attributes",
    title: "whole process: read all attributes of 200 files",
    full: { files: 200 },
    quick: { files: 200 },
    limits: [MOST_MEMORY],
    setup: setupFiles,
  },
];
