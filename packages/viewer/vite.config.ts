import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { sourcesFor } from "../../test/support/sources.mjs";

const LICENSES = "licenses.md";

/** Adds a library that is in a worker only: Vite lists those of the page itself. */
function licenseOfWorker(library: string, licenseFile: string): Plugin {
  return {
    name: "license-of-worker",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const list = bundle[LICENSES];
        // The worker's own build has no list.
        if (list?.type !== "asset") return;
        const index = fileURLToPath(import.meta.resolve(library));
        const folder = index.slice(0, index.lastIndexOf(`/${library}/`) + library.length + 2);
        list.source += `\n## ${library}\n\n${readFileSync(`${folder}${licenseFile}`, "utf8")}`;
      },
    },
  };
}

export default defineConfig({
  // The page is served from any folder.
  base: "./",
  // A package is one file, all of which would come with the first part that is used. Of sources only what is used then comes.
  resolve: {
    alias: Object.entries(sourcesFor("browser")).map(([name, replacement]) => ({
      find: new RegExp(`^${name}$`),
      replacement,
    })),
  },
  plugins: [licenseOfWorker("h5wasm", "LICENSE.txt")],
  build: {
    target: "es2022",
    sourcemap: false,
    // Every library of which parts are in the files, with its licence.
    license: { fileName: LICENSES },
    chunkSizeWarningLimit: 2000,
    // "use client" is for servers that render pages, which there is none of here.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  worker: { format: "es" },
});
