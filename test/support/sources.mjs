import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// Tests, and the programs that they bundle for other processes, run on the sources of every package, never on a
// stale build.

export const packages = fileURLToPath(new URL("../../packages/", import.meta.url));

/**
 * The source of each name by which a package can be imported, and of each name in its `imports`.
 *
 * @param {"default" | "browser"} platform The default is Node.
 * @returns {Readonly<Record<string, string>>}
 */
export function sourcesFor(platform) {
  return Object.fromEntries(
    readdirSync(packages)
      .flatMap((name) => {
        const manifest = JSON.parse(readFileSync(`${packages}${name}/package.json`, "utf8"));
        const source = (built) => built.replace("./dist/", `${packages}${name}/src/`).replace(/\.js$/, ".ts");
        const entries = Object.entries(manifest.exports)
          .filter(([, target]) => target.default !== undefined)
          .map(([entry, target]) => [`@tvb-storage/${name}${entry.slice(1)}`, source(target.default)]);
        const inner = Object.entries(manifest.imports ?? {}).map(([entry, target]) => [
          entry,
          source(target[platform]),
        ]);
        return [...entries, ...inner];
      })
      // The longest names first, since one may be the prefix of another.
      .sort(([a], [b]) => b.length - a.length),
  );
}

/** On Node. */
export const sourceOf = sourcesFor("default");

/** Options of esbuild to bundle sources into one program for Node. */
export const programOptions = /** @type {const} */ ({
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  logLevel: "error",
  alias: sourceOf,
  // Some dependencies are CommonJS and require Node's modules.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
});
