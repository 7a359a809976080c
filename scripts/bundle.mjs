// Bundles each package into one file an entry, and what entries share, over what `tsc` has written: loading a file
// takes longer than running it, and a package has up to a hundred and twenty. What other packages export stays theirs;
// only the parts of zod that core's schemas use go into core. A package is bundled again when a source of it is newer.
//
//   node scripts/bundle.mjs [package ...]     default: all of them
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const packages = fileURLToPath(new URL("../packages/", import.meta.url));
/** The first line of every bundled file. */
const MARK = "// Bundled from src.";

/** The files of dist that the manifest leads to, for other packages or for this one (`#platform`). */
function entriesOf({ exports, imports = {} }) {
  const targets = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(targets));
  return [...new Set([exports, imports].flatMap(targets))].filter((path) => path.endsWith(".js"));
}

function isStale(folder, entries) {
  const built = entries.map((entry) => join(folder, entry));
  if (built.some((path) => !readFileSync(path, "utf8").startsWith(MARK))) return true;
  const oldest = Math.min(...built.map((path) => statSync(path).mtimeMs));
  const sources = readdirSync(join(folder, "src"), { recursive: true, withFileTypes: true });
  return [...sources.filter((entry) => entry.isFile()), { parentPath: folder, name: "package.json" }].some(
    ({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs > oldest,
  );
}

/** zod's licence, which goes where parts of it go. */
function licenceOfZod(folder) {
  const zod = dirname(createRequire(join(folder, "package.json")).resolve("zod/package.json"));
  const { version } = JSON.parse(readFileSync(join(zod, "package.json"), "utf8"));
  return `/*! With parts of zod ${version}.\n\n${readFileSync(join(zod, "LICENSE"), "utf8").trim()} */`;
}

async function bundle(name) {
  const folder = join(packages, name);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const entries = entriesOf(manifest);
  if (!isStale(folder, entries)) return;
  const dist = join(folder, "dist");
  for (const file of readdirSync(dist)) if (file.startsWith("chunk-")) rmSync(join(dist, file));
  const hasZod = manifest.devDependencies?.zod !== undefined;
  await build({
    entryPoints: Object.fromEntries(
      entries.map((entry) => {
        const path = entry.slice("./dist/".length, -".js".length);
        return [path, join(folder, `src/${path}.ts`)];
      }),
    ),
    outdir: dist,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    sourcemap: "linked",
    sourcesContent: false,
    external: ["#*"],
    plugins: [othersStayOutside(hasZod), ...(hasZod ? [licensed(licenceOfZod(folder))] : [])],
    banner: { js: MARK },
    legalComments: "inline",
    logLevel: "error",
  });
}

/** Imports of other packages stay imports, but those of zod where it is to go in. */
const othersStayOutside = (hasZod) => ({
  name: "others-stay-outside",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
      if (kind === "entry-point" || importer.includes("node_modules")) return undefined;
      return hasZod && path.startsWith("zod") ? undefined : { path, external: true };
    });
  },
});

/** The licence stays in the file that the parts of zod are in: with the module that imports them. */
const licensed = (licence) => ({
  name: "licensed",
  setup({ onLoad }) {
    onLoad({ filter: /option-schemas\.ts$/ }, ({ path }) => ({
      contents: `${licence}\n${readFileSync(path, "utf8")}`,
      loader: "ts",
    }));
  },
});

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : readdirSync(packages)) await bundle(name);
