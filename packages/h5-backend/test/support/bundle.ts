import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const packages = fileURLToPath(new URL("../../../", import.meta.url));

/** Bundles a program of the tests with the sources as they are, for another process or thread. */
export function bundle(entry: URL, folder: string): string {
  const outfile = join(folder, "program.mjs");
  buildSync({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    alias: {
      "@tvb-storage/core": join(packages, "core/src/index.ts"),
      "@tvb-storage/errors": join(packages, "errors/src/index.ts"),
      "@tvb-storage/h5-backend": join(packages, "h5-backend/src/index.ts"),
      "#platform": join(packages, "core/src/platform.node.ts"),
      "#inflate": join(packages, "h5-backend/src/filters/inflate.node.ts"),
    },
    // Some dependencies are CommonJS and ask for Node's modules.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return outfile;
}
