import { closeSync, openSync, readSync } from "node:fs";
import { type Context, sizeOf, type Workload } from "../bench-case.js";

const COLUMNS = 1024;
const ROW_BYTES = COLUMNS * 8;

export const rows =
  (closeFile: boolean) =>
  (context: Context): Workload => {
    const total = sizeOf(context, "rows");
    const path = `${context.shared}/data.bin`;
    return {
      run: () => {
        let fd: number | undefined;
        for (let i = 0; i < sizeOf(context, "reads"); i++) {
          fd ??= openSync(path, "r");
          readSync(fd, new Float64Array(COLUMNS), 0, ROW_BYTES, ((i * 7919 + 13) % total) * ROW_BYTES);
          if (!closeFile) continue;
          closeSync(fd);
          fd = undefined;
        }
        if (fd !== undefined) closeSync(fd);
      },
    };
  };

/** Every second row is read, as a block with the rows between, and the element taken out. */
export function column(context: Context): Workload {
  const total = sizeOf(context, "rows");
  const rowsAtATime = 512;
  return {
    run: () => {
      for (let i = 0; i < sizeOf(context, "reads"); i++) {
        const found = new Float64Array(total / 2);
        const block = new Float64Array(rowsAtATime * COLUMNS);
        const fd = openSync(`${context.shared}/data.bin`, "r");
        for (let row = 0; row < total; row += rowsAtATime) {
          readSync(fd, block, 0, block.byteLength, row * ROW_BYTES);
          for (let j = 0; j < rowsAtATime; j += 2)
            found[(row + j) / 2] = block[j * COLUMNS + ((i * 37) % COLUMNS)] ?? Number.NaN;
        }
        closeSync(fd);
      }
    },
  };
}
