import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const PACKAGES = fileURLToPath(new URL("../../../", import.meta.url));

/** Makes one program of a file of this folder and the sources as they are now, for processes of their own. */
export function bundle(entry: string, outfile: string): void {
  buildSync({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    alias: {
      "@tvb-storage/core": `${PACKAGES}core/src/index.ts`,
      "@tvb-storage/errors": `${PACKAGES}errors/src/index.ts`,
      "#platform": `${PACKAGES}core/src/platform.node.ts`,
      "#inflate": `${PACKAGES}h5-backend/src/filters/inflate.node.ts`,
    },
    // Some dependencies are CommonJS and ask for Node's modules.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
}
