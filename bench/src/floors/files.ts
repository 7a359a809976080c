import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { type Context, sizeOf, type Workload } from "../bench-case.js";
import { signal } from "../signal.js";

// Bare node:fs, moving the bytes that a case moves, opening and closing files as often as it does.

const COLUMNS = 1024;

/** The bytes of the dataset of a case. */
export function dataBytes(context: Context): Uint8Array {
  return new Uint8Array(signal(sizeOf(context, "rows") * COLUMNS).buffer);
}

export function writeAll(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, "wx");
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done);
  closeSync(fd);
}

export function readWhole(path: string): Uint8Array {
  const fd = openSync(path, "r");
  const into = new Uint8Array(fstatSync(fd).size);
  for (let done = 0; done < into.length; ) done += readSync(fd, into, done, into.length - done, done);
  closeSync(fd);
  return into;
}

export interface Pieces {
  /** How many there are, by the name of a size of the case. */
  readonly count: string;
  readonly bytes: number;
  readonly keepOpen?: boolean;
}

/** Writes pieces one after the other. */
export const writePieces =
  ({ count, bytes, keepOpen }: Pieces) =>
  (context: Context): Workload => {
    const path = `${context.folder}/pieces.bin`;
    const piece = new Uint8Array(bytes);
    return {
      prepare: () => rmSync(path, { force: true }),
      run: () => {
        let fd: number | undefined;
        for (let i = 0; i < sizeOf(context, count); i++) {
          fd ??= openSync(path, "a");
          writeSync(fd, piece);
          if (keepOpen === true) continue;
          closeSync(fd);
          fd = undefined;
        }
        if (fd !== undefined) closeSync(fd);
      },
    };
  };

/** Reads a file of the setup as a whole, again and again. */
export const readFiles =
  (count: string | undefined, path: (context: Context, i: number) => string) =>
  (context: Context): Workload => ({
    run: () => {
      const times = count === undefined ? 1 : sizeOf(context, count);
      for (let i = 0; i < times; i++) readWhole(path(context, i));
    },
  });
