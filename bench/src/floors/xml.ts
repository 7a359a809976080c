import { closeSync, fdatasyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { type Context, sizeOf, type Workload } from "../bench-case.js";

const TEXT = new Uint8Array(900).fill(0x20);

/** A new file beside the old one, written, synced and renamed. */
export function xmlWrite(context: Context): Workload {
  const folder = `${context.folder}/xml`;
  return {
    prepare: () => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
    },
    run: () => {
      for (let i = 0; i < sizeOf(context, "files"); i++) {
        const path = `${folder}/Operation_${i}.xml`;
        const fd = openSync(`${path}.new`, "wx");
        writeSync(fd, TEXT);
        fdatasyncSync(fd);
        closeSync(fd);
        renameSync(`${path}.new`, path);
      }
    },
  };
}
