import { type NDArray, type Selection, slice } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { type CallCase, type Context, sizeOf, toOriginal } from "../bench-case.js";
import { datasetOf, rawH5wasm } from "../raw-h5wasm.js";
import { expectEqual, expectSignal } from "../signal.js";
import { COLUMNS, DATA_FILE, setupData } from "./dataset.js";

// Parts of the dataset of dataset.ts. The Python peers read the same rows and columns.

/** A row that is far from the last one. */
function rowAt(i: number, rows: number): number {
  return (i * 7919 + 13) % rows;
}

function columnAt(i: number): number {
  return (i * 37) % COLUMNS;
}

function ours(context: Context, count: number, selection: (i: number) => Selection, closeFile: boolean) {
  const path = `${context.shared}/${DATA_FILE}`;
  let found: NDArray[] = [];
  return {
    run: async () => {
      found = [];
      const file = new HDF5StorageManager(path, context.options);
      for (let i = 0; i < count; i++)
        found.push(await file.getData("data", { selection: selection(i), closeFile }));
      await file.closeFile();
    },
    found: () => found,
  };
}

function rows(closeFile: boolean): Pick<CallCase, "ours" | "h5wasm"> {
  return {
    ours: (context) => {
      const total = sizeOf(context, "rows");
      const count = sizeOf(context, "reads");
      const job = ours(context, count, (i) => [rowAt(i, total)], closeFile);
      return {
        run: job.run,
        check: () =>
          job.found().forEach((row, i) => {
            expectEqual("shape", row.shape, [COLUMNS]);
            expectSignal(row.data[5], rowAt(i, total) * COLUMNS + 5);
          }),
      };
    },
    h5wasm: async (context) => {
      const { File } = await rawH5wasm();
      const total = sizeOf(context, "rows");
      const count = sizeOf(context, "reads");
      return {
        run: () => {
          let file: InstanceType<typeof File> | undefined;
          for (let i = 0; i < count; i++) {
            file ??= new File(`${context.shared}/${DATA_FILE}`, "r");
            const row = rowAt(i, total);
            datasetOf(file).slice([[row, row + 1], []]);
            if (closeFile) {
              file.close();
              file = undefined;
            }
          }
          file?.close();
        },
      };
    },
  };
}

const python = ["h5py-original", "h5py-well"] as const;

const columns: Pick<CallCase, "full" | "quick" | "rounds" | "python" | "ours" | "h5wasm"> = {
  full: { rows: 16_384, reads: 20 },
  quick: { rows: 1024, reads: 5 },
  rounds: 9,
  python,
  ours: (context) => {
    const job = ours(context, sizeOf(context, "reads"), (i) => [slice(null, null, 2), columnAt(i)], true);
    return {
      run: job.run,
      check: () =>
        job.found().forEach((column, i) => {
          expectEqual("shape", column.shape, [sizeOf(context, "rows") / 2]);
          expectSignal(column.data[100], 200 * COLUMNS + columnAt(i));
        }),
    };
  },
  h5wasm: async (context) => {
    const { File } = await rawH5wasm();
    return {
      run: () => {
        for (let i = 0; i < sizeOf(context, "reads"); i++) {
          const file = new File(`${context.shared}/${DATA_FILE}`, "r");
          const column = columnAt(i);
          datasetOf(file).slice([
            [0, null, 2],
            [column, column + 1],
          ]);
          file.close();
        }
      },
    };
  },
};

export const cases: readonly CallCase[] = [
  {
    ...rows(true),
    name: "rows-close",
    title: "1,000 random rows of 8 KB, close each time",
    full: { rows: 16_384, reads: 1000 },
    quick: { rows: 1024, reads: 100 },
    rounds: 15,
    python,
    limits: [toOriginal(0.3, 0.6)],
    setup: (context) => setupData(context),
  },
  {
    ...rows(false),
    name: "rows-open",
    title: "1,000 random rows of 8 KB, kept open",
    full: { rows: 16_384, reads: 1000 },
    quick: { rows: 1024, reads: 100 },
    rounds: 15,
    python,
    limits: [toOriginal(0.15, 0.4)],
    setup: (context) => setupData(context),
  },
  {
    ...columns,
    name: "column",
    title: "20 strided columns (every second row) of 128 MiB, close each time",
    limits: [toOriginal(1.1, 1.2)],
    setup: (context) => setupData(context),
  },
  {
    ...columns,
    name: "column-chunked",
    title: "20 strided columns (every second row) of 128 MiB in chunks of 64 KiB, close each time",
    limits: [toOriginal(0.7, 1.0)],
    setup: (context) => setupData(context, { chunks: [128, 64] }),
  },
];
