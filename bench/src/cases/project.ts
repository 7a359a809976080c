import { mkdirSync } from "node:fs";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { type CallCase, type Context, sizeOf } from "../bench-case.js";
import { rawH5wasm } from "../raw-h5wasm.js";
import { expectEqual } from "../signal.js";

// A project of many HDF5 files, whose version is looked up.

const SMALL = Float64Array.from({ length: 76 }, (_, i) => i / 2);

function h5Path(context: Context, i: number): string {
  return `${context.shared}/operation_${i % 50}/TimeSeries_${i}.h5`;
}

const sizes = { full: { files: 1000 }, quick: { files: 100 } };

export const cases: readonly CallCase[] = [
  {
    ...sizes,
    name: "project-versions",
    title: "open a project of 1,000 files and read each one's version",
    rounds: 11,
    python: ["h5py-original", "h5py-well"],
    limits: [],
    setup: async (context) => {
      for (let i = 0; i < 50; i++) mkdirSync(`${context.shared}/operation_${i}`);
      for (let i = 0; i < sizeOf(context, "files"); i++)
        await new HDF5StorageManager(h5Path(context, i)).storeData(SMALL, "data");
    },
    ours: (context) => {
      let sum = 0;
      return {
        run: async () => {
          sum = 0;
          for (let i = 0; i < sizeOf(context, "files"); i++) {
            const file = new HDF5StorageManager(h5Path(context, i), context.options);
            sum += Number(await file.getFileDataVersion());
          }
        },
        check: () => expectEqual("sum of versions", sum, 5 * sizeOf(context, "files")),
      };
    },
    h5wasm: async (context) => {
      const { File } = await rawH5wasm();
      return {
        run: () => {
          for (let i = 0; i < sizeOf(context, "files"); i++) {
            const file = new File(h5Path(context, i), "r");
            void file.get_attribute("TVB_Data_version", false);
            file.close();
          }
        },
      };
    },
  },
];
