import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type NDArray, ndarray, type StoreOptions } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { type CallCase, type Context, sizeOf, toOriginal } from "../bench-case.js";
import { pythonWith } from "../python.js";
import { datasetOf, rawH5wasm } from "../raw-h5wasm.js";
import { expectEqual, expectSignal, signal } from "../signal.js";

// One dataset of (rows, 1024) float64: a row is 8 KB, as the state of 1,024 regions is.

export const COLUMNS = 1024;
export const DATA_FILE = "data.h5";

export function data(context: Context): NDArray<"float64"> {
  const rows = sizeOf(context, "rows");
  return ndarray(signal(rows * COLUMNS), { shape: [rows, COLUMNS], dtype: "float64" });
}

/** The dataset's bytes alone, for those that store it. */
function setupBytes(context: Context): NDArray<"float64"> {
  const array = data(context);
  writeFileSync(`${context.shared}/data.bin`, array.data);
  return array;
}

/** A file with the dataset for all contenders, and its bytes alone. */
export async function setupData(context: Context, layout: StoreOptions = {}): Promise<void> {
  const file = new HDF5StorageManager(`${context.shared}/${DATA_FILE}`);
  await file.storeData(setupBytes(context), "data", layout);
  await file.closeFile();
}

/** The same with filters that we read and do not write: h5py writes it. */
function setupShuffled(context: Context): void {
  setupBytes(context);
  const python = pythonWith("h5py");
  if (python === undefined) throw new Error("the data of this case are written by h5py");
  const script = fileURLToPath(new URL("../../peers/write_shuffled.py", import.meta.url));
  const args = [script, context.shared, `${COLUMNS}`, `${chunks(context)[0]}`];
  const { status, stderr } = spawnSync(python, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

/** 1 MiB for all contenders, so that all deflate the same pieces. */
function chunks(context: Context): [number, number] {
  return [Math.min(128, sizeOf(context, "rows")), COLUMNS];
}

export function gzip(context: Context): StoreOptions {
  return { compression: "gzip", chunks: chunks(context) };
}

/** 4 KiB: 32,768 of them in 128 MiB. */
const SMALL_CHUNKS: StoreOptions = { chunks: [8, 64] };

function checkWhole(array: ArrayLike<unknown>, context: Context): void {
  const length = sizeOf(context, "rows") * COLUMNS;
  expectEqual("length", array.length, length);
  for (let i = 0; i < length; i += 99_991) expectSignal(array[i], i);
}

function store(layoutOf: (context: Context) => StoreOptions): Pick<CallCase, "ours" | "h5wasm"> {
  return {
    ours: (context) => {
      const array = data(context);
      const path = `${context.folder}/stored.h5`;
      const layout = layoutOf(context);
      return {
        prepare: () => rmSync(path, { force: true }),
        run: async () => {
          const file = new HDF5StorageManager(path, context.options);
          await file.storeData(array, "data", layout);
          await file.closeFile();
        },
        check: async () => checkWhole((await new HDF5StorageManager(path).getData("data")).data, context),
      };
    },
    h5wasm: async (context) => {
      const { File } = await rawH5wasm();
      const array = data(context);
      const path = `${context.folder}/stored.h5`;
      const { compression, chunks } = layoutOf(context);
      const layout = {
        ...(compression === undefined ? {} : { compression: 4 }),
        ...(chunks === undefined ? {} : { chunks: [...chunks] }),
      };
      return {
        prepare: () => rmSync(path, { force: true }),
        run: () => {
          const file = new File(path, "w");
          file.create_dataset({ name: "data", data: array.data, shape: [...array.shape], ...layout });
          file.close();
        },
      };
    },
  };
}

const read: Pick<CallCase, "ours" | "h5wasm"> = {
  ours: (context) => {
    const path = `${context.shared}/${DATA_FILE}`;
    let found: NDArray | undefined;
    return {
      prepare: () => {
        found = undefined;
      },
      run: async () => {
        found = await new HDF5StorageManager(path, context.options).getData("data");
      },
      check: () => checkWhole(found?.data ?? [], context),
    };
  },
  h5wasm: async (context) => {
    const { File } = await rawH5wasm();
    const path = `${context.shared}/${DATA_FILE}`;
    let found: unknown;
    return {
      prepare: () => {
        found = undefined;
      },
      run: () => {
        const file = new File(path, "r");
        found = datasetOf(file).value;
        file.close();
      },
      // h5wasm's type for float64.
      check: () => checkWhole(found as Float64Array, context),
    };
  },
};

const sizes = { full: { rows: 16_384 }, quick: { rows: 1024 } };
const python = ["h5py-original", "h5py-well"] as const;

export const cases: readonly CallCase[] = [
  {
    ...sizes,
    ...store(() => ({})),
    name: "store",
    title: "store 128 MiB float64, contiguous",
    rounds: 11,
    python,
    limits: [toOriginal(1.1, 1.3)],
    setup: (context) => setupData(context),
  },
  {
    ...sizes,
    ...read,
    name: "read",
    title: "read 128 MiB float64, contiguous",
    rounds: 11,
    python,
    limits: [toOriginal(1.15, 1.3)],
    setup: (context) => setupData(context),
  },
  {
    ...sizes,
    ...store(gzip),
    name: "gzip-store",
    title: "store 128 MiB float64, gzip level 4",
    rounds: 3,
    python,
    limits: [toOriginal(0.6, 0.7)],
    setup: (context) => setupData(context),
  },
  {
    ...sizes,
    ...read,
    name: "gzip-read",
    title: "read 128 MiB float64, gzip level 4",
    rounds: 7,
    python,
    limits: [toOriginal(0.6, 0.7)],
    setup: (context) => setupData(context, gzip(context)),
  },
  {
    ...sizes,
    ...read,
    name: "shuffle-read",
    title: "read 128 MiB float64, shuffled, gzip level 4, written by h5py",
    rounds: 7,
    python,
    limits: [],
    setup: setupShuffled,
  },
  {
    ...sizes,
    ...store(() => SMALL_CHUNKS),
    name: "small-chunks-store",
    title: "store 128 MiB float64 in chunks of 4 KiB",
    rounds: 5,
    python,
    limits: [],
    setup: (context) => setupData(context),
  },
  {
    ...sizes,
    ...read,
    name: "small-chunks-read",
    title: "read 128 MiB float64 in chunks of 4 KiB",
    rounds: 5,
    python,
    limits: [],
    setup: (context) => setupData(context, SMALL_CHUNKS),
  },
];
