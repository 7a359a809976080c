import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BuildOptions } from "esbuild";
import { layers } from "../../scripts/layers.mjs";

// The packages as in an application for browsers: the built files, by the
// `exports` in each package.json.
const packages = fileURLToPath(new URL("../../packages", import.meta.url));

/** The packages that a page imports. */
export const BROWSER_PACKAGES: readonly string[] = layers
  .filter(({ browser, isPage }) => browser && isPage !== true)
  .map(({ name }) => name);

/** Installs them in a folder, as links. */
export function linkPackages(folder: string): void {
  mkdirSync(`${folder}/node_modules/@tvb-storage`, { recursive: true });
  for (const name of BROWSER_PACKAGES) {
    if (!existsSync(`${packages}/${name}/dist/index.js`))
      throw new Error(`packages/${name} is not built: run npm run build`);
    symlinkSync(`${packages}/${name}`, `${folder}/node_modules/@tvb-storage/${name}`);
  }
}

/** Options of esbuild to bundle a program for a browser, in memory. */
export const browserOptions: BuildOptions & { readonly write: false } = {
  bundle: true,
  platform: "browser",
  conditions: ["browser"],
  write: false,
  logLevel: "silent",
};
