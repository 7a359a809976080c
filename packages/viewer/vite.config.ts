import { defineConfig } from "vite";

export default defineConfig({
  // The page is served from any folder.
  base: "./",
  build: {
    target: "es2022",
    sourcemap: false,
    // Every library of which parts are in the files, with its licence.
    license: { fileName: "licenses.md" },
    chunkSizeWarningLimit: 2000,
    // "use client" is for servers that render pages, which there is none of here.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  worker: { format: "es" },
});
