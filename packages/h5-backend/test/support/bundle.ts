import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { programOptions } from "../../../../test/support/sources.mjs";

/** Bundles a program of the tests with the sources as they are, for another process or thread. */
export function bundle(entry: URL, folder: string): string {
  const outfile = join(folder, "program.mjs");
  buildSync({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    ...programOptions,
  });
  return outfile;
}
