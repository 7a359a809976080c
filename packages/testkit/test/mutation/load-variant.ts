import { readFile } from "node:fs/promises";
import type { StorageBackend } from "@tvb-storage/core";
import { build, type Plugin } from "esbuild";
import { packages, sourceOf } from "../../../../test/support/sources.mjs";
import type { Variant } from "./variants.js";

/** Sources instead of builds, and one of them edited. */
function edited(variant: Variant | undefined): Plugin {
  return {
    name: "edited",
    setup(build) {
      build.onResolve({ filter: /^(@tvb-storage\/|#)/ }, ({ path }) => ({ path: sourceOf[path] ?? path }));
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const source = await readFile(path, "utf8");
        if (variant === undefined || path !== `${packages}${variant.file}`)
          return { contents: source, loader: "ts" };
        const parts = source.split(variant.from);
        if (parts.length !== 2)
          throw new Error(`"${variant.wrong}": its text is ${parts.length - 1} times in ${variant.file}`);
        return { contents: parts.join(variant.to), loader: "ts" };
      });
    },
  };
}

/** The memory backend with one of its sources, or of core's, edited; with copies of core and errors of its own. */
export async function loadVariant(variant: Variant | undefined): Promise<StorageBackend> {
  const { outputFiles } = await build({
    entryPoints: [`${packages}testkit/src/memory/memory-backend.ts`],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    logLevel: "silent",
    plugins: [edited(variant)],
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  const module: unknown = await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`);
  return (module as { memoryBackend: StorageBackend }).memoryBackend; // what memory-backend.ts exports
}
