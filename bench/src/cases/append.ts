import { rmSync } from "node:fs";
import { ndarray } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { type CallCase, type Context, sizeOf, toOriginal } from "../bench-case.js";
import { datasetOf, rawH5wasm } from "../raw-h5wasm.js";
import { expectEqual, expectSignal, signal } from "../signal.js";

// A simulation's monitor: blocks of one or of a hundred time steps of 76 regions, appended along time.

function contenders(block: readonly number[], closeFile: boolean): Pick<CallCase, "ours" | "h5wasm"> {
  const length = block.reduce((a, b) => a * b);
  const rows = block[0] ?? 1;
  const path = (context: Context) => `${context.folder}/series.h5`;
  return {
    ours: (context) => {
      const count = sizeOf(context, "blocks");
      const values = signal(count * length);
      return {
        prepare: () => rmSync(path(context), { force: true }),
        run: async () => {
          const file = new HDF5StorageManager(path(context), context.options);
          for (let i = 0; i < count; i++) {
            const data = values.subarray(i * length, (i + 1) * length);
            await file.appendData(ndarray(data, { shape: block }), "data", { growDimension: 0, closeFile });
          }
          await file.closeFile();
        },
        check: async () => {
          const { data, shape } = await new HDF5StorageManager(path(context)).getData("data");
          expectEqual("shape", shape, [count * rows, ...block.slice(1)]);
          for (let i = 0; i < data.length; i += 997) expectSignal(data[i], i);
        },
      };
    },
    h5wasm: async (context) => {
      const { File } = await rawH5wasm();
      const count = sizeOf(context, "blocks");
      const values = signal(count * length);
      const rest = block.slice(1);
      return {
        prepare: () => rmSync(path(context), { force: true }),
        run: () => {
          let file: InstanceType<typeof File> | undefined;
          for (let i = 0; i < count; i++) {
            const data = values.subarray(i * length, (i + 1) * length);
            if (i === 0) {
              file = new File(path(context), "w");
              file.create_dataset({
                name: "data",
                data,
                shape: [...block],
                maxshape: [null, ...rest],
                chunks: [Math.max(rows, 100), ...rest],
              });
            } else {
              file ??= new File(path(context), "a");
              const dataset = datasetOf(file);
              dataset.resize([(i + 1) * rows, ...rest]);
              dataset.write_slice([[i * rows, (i + 1) * rows], ...rest.map((): [] => [])], data);
            }
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

export const cases: readonly CallCase[] = [
  {
    ...contenders([1, 76, 1], false),
    name: "append-open",
    title: "append 10,000 blocks of (1, 76, 1), kept open",
    full: { blocks: 10_000, rows: 1 },
    quick: { blocks: 500, rows: 1 },
    rounds: 9,
    python,
    limits: [toOriginal(0.08, 0.3)],
  },
  {
    ...contenders([1, 76, 1], true),
    name: "append-close",
    title: "append 500 blocks of (1, 76, 1), close each time",
    full: { blocks: 500, rows: 1 },
    quick: { blocks: 50, rows: 1 },
    rounds: 15,
    python,
    limits: [toOriginal(0.6, 1.0)],
  },
  {
    ...contenders([100, 1, 76, 1], false),
    name: "append-100-open",
    title: "append 1,000 blocks of (100, 1, 76, 1), kept open",
    full: { blocks: 1000, rows: 100 },
    quick: { blocks: 100, rows: 100 },
    rounds: 9,
    python,
    limits: [toOriginal(0.4, 0.8)],
  },
];
