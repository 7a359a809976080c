import { closeSync, fstatSync, openSync, readSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { type NDArray, ndarray } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { type BenchCase, type Context, sizeOf } from "../bench-case.js";
import { datasetOf, rawH5wasm } from "../raw-h5wasm.js";
import { expectEqual, expectSignal, signal } from "../signal.js";

// One dataset of (rows, 1024) float64: a row is 8 KB, as the state of 1,024 regions is.

export const COLUMNS = 1024;
export const DATA_FILE = "data.h5";

export function data(context: Context): NDArray<"float64"> {
  const rows = sizeOf(context, "rows");
  return ndarray(signal(rows * COLUMNS), { shape: [rows, COLUMNS], dtype: "float64" });
}

/** A file with the dataset for all contenders, and its bytes alone for those that store it. */
export async function setupData(context: Context, compression?: "gzip"): Promise<void> {
  const array = data(context);
  writeFileSync(`${context.shared}/data.bin`, array.data);
  const file = new HDF5StorageManager(`${context.shared}/${DATA_FILE}`);
  const layout = compression === undefined ? {} : { compression, chunks: chunks(context) };
  await file.storeData(array, "data", layout);
  await file.closeFile();
}

/** 1 MiB for all contenders, so that all deflate the same pieces. */
function chunks(context: Context): [number, number] {
  return [Math.min(128, sizeOf(context, "rows")), COLUMNS];
}

function checkWhole(array: ArrayLike<unknown>, context: Context): void {
  const length = sizeOf(context, "rows") * COLUMNS;
  expectEqual("length", array.length, length);
  for (let i = 0; i < length; i += 99_991) expectSignal(array[i], i);
}

function store(gzip: boolean): Pick<BenchCase, "ours" | "h5wasm"> {
  return {
    ours: (context) => {
      const array = data(context);
      const path = `${context.folder}/stored.h5`;
      const layout = gzip ? { compression: "gzip" as const, chunks: chunks(context) } : {};
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
      const layout = gzip ? { compression: 4, chunks: chunks(context) } : {};
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

const read: Pick<BenchCase, "ours" | "h5wasm"> = {
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

const floorOfStore: NonNullable<BenchCase["floor"]> = (context) => {
  const array = data(context);
  const path = `${context.folder}/stored.bin`;
  return {
    prepare: () => rmSync(path, { force: true }),
    run: () => {
      const fd = openSync(path, "wx");
      for (let done = 0; done < array.data.byteLength; )
        done += writeSync(fd, array.data, done, array.data.byteLength - done);
      closeSync(fd);
    },
  };
};

const floorOfRead: NonNullable<BenchCase["floor"]> = (context) => ({
  run: () => {
    const fd = openSync(`${context.shared}/data.bin`, "r");
    const into = new Float64Array(fstatSync(fd).size / 8);
    for (let done = 0; done < into.byteLength; )
      done += readSync(fd, into, done, into.byteLength - done, done);
    closeSync(fd);
  },
});

const sizes = { full: { rows: 16_384 }, quick: { rows: 1024 } };
const python = ["h5py-original", "h5py-well"] as const;

export const datasetCases: readonly BenchCase[] = [
  {
    ...sizes,
    ...store(false),
    name: "store",
    title: "store 128 MiB float64, contiguous",
    rounds: 11,
    python,
    limits: [{ measure: "ms", peer: "h5py-original", atMost: 1.5 }],
    setup: (context) => setupData(context),
    floor: floorOfStore,
  },
  {
    ...sizes,
    ...read,
    name: "read",
    title: "read 128 MiB float64, contiguous",
    rounds: 11,
    python,
    limits: [{ measure: "ms", peer: "h5py-original", atMost: 1.5 }],
    setup: (context) => setupData(context),
    floor: floorOfRead,
  },
  {
    ...sizes,
    ...store(true),
    name: "gzip-store",
    title: "store 128 MiB float64, gzip level 4",
    rounds: 3,
    python,
    limits: [{ measure: "ms", peer: "h5py-original", atMost: 1.4 }],
    setup: (context) => setupData(context),
  },
  {
    ...sizes,
    ...read,
    name: "gzip-read",
    title: "read 128 MiB float64, gzip level 4",
    rounds: 7,
    python,
    limits: [{ measure: "ms", peer: "h5py-original", atMost: 1.2 }],
    setup: (context) => setupData(context, "gzip"),
  },
];
