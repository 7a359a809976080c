import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { programOptions } from "../../../../test/support/sources.mjs";

/** Makes one program of a file of this folder and the sources as they are now, for processes of their own. */
export function bundle(entry: string, outfile: string): void {
  buildSync({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile,
    ...programOptions,
  });
}
