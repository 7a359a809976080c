// Bundles each package into few files, over what `tsc` has written: to find and load a file takes longer than to run it,
// and a package has up to a hundred and twenty. Everything is in the entry `internal` where there is one, which other
// packages of this repository import whatever entry they name; the other entries are lists of names from it. What
// other packages export stays theirs; only the parts of zod that core's schemas use go into core. A package is bundled
// again when a source of it is newer.
//
//   node scripts/bundle.mjs [package ...]     default: all of them
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const packages = fileURLToPath(new URL("../packages/", import.meta.url));
/** The first line of every bundled file. */
const MARK = "// Bundled from src.";
const INTERNAL = "./dist/internal.js";

/** The files of dist that the manifest leads to, for shells, for other packages or for this one (`#platform`). */
function entriesOf({ exports, imports = {}, bin = {} }) {
  const targets = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(targets));
  return [...new Set([exports, imports, bin].flatMap(targets))].filter((path) => path.endsWith(".js"));
}

function isStale(folder, entries) {
  const built = entries.map((entry) => join(folder, entry));
  if (built.some((path) => !readFileSync(path, "utf8").includes(MARK))) return true;
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
  const options = {
    absWorkingDir: folder,
    bundle: true,
    format: "esm",
    target: "es2022",
    sourcemap: "linked",
    sourcesContent: false,
    external: ["#*"],
    plugins: [othersStayOutside(hasZod), ...(hasZod ? [licensed(licenceOfZod(folder))] : [])],
    banner: { js: MARK },
    legalComments: "inline",
    logLevel: "error",
  };
  if (manifest.bin !== undefined) {
    // A command: what a single one of its subcommands needs stays in a chunk of its own, which is loaded then.
    const entryPoints = entries.map((entry) => entry.replace("./dist/", "src/").replace(/\.js$/, ".ts"));
    const inChunks = { splitting: true, chunkNames: "chunk-[name]-[hash]", outdir: "dist", outbase: "src" };
    await build({ ...options, ...inChunks, entryPoints });
    return;
  }
  const sourceOf = (entry) => entry.replace("./dist/", "./src/").replace(/\.js$/, ".ts");
  const isPublic = (entry) => Object.values(manifest.exports).some((target) => target.default === entry);
  const listed = entries.includes(INTERNAL)
    ? entries.filter((entry) => isPublic(entry) && entry !== INTERNAL)
    : [];
  for (const entry of entries) {
    if (listed.includes(entry)) continue;
    const all = entry === INTERNAL ? [...listed, INTERNAL].map(sourceOf) : [sourceOf(entry)];
    const contents = all.map((source) => `export * from "${source}";`).join("\n");
    const stdin = { contents, resolveDir: folder, sourcefile: "src/entry.ts" };
    await build({ ...options, stdin, outfile: entry });
  }
  const whole = listed.length > 0 ? await namesIn(options, INTERNAL) : [];
  for (const entry of listed) {
    const names = await namesIn(options, sourceOf(entry));
    const lost = names.filter((name) => !whole.includes(name));
    if (lost.length > 0)
      throw new Error(`${entry} of ${name} exports what its internal entry exports otherwise: ${lost}`);
    writeFileSync(join(folder, entry), `${MARK}\nexport { ${names.join(", ")} } from "./internal.js";\n`);
    rmSync(join(folder, `${entry}.map`), { force: true });
  }
}

/** The names that a module exports. */
async function namesIn(options, entry) {
  const { metafile } = await build({
    ...options,
    entryPoints: [entry],
    outfile: "names.js",
    write: false,
    metafile: true,
  });
  const { exports } = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined);
  return exports;
}

/** For each entry of ours, the one that has everything. */
const withInternal = new Map(
  readdirSync(packages).flatMap((name) => {
    const { exports } = JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8"));
    if (exports["./internal"] === undefined) return [];
    const full = `@tvb-storage/${name}`;
    return Object.keys(exports).map((entry) => [`${full}${entry.slice(1)}`, `${full}/internal`]);
  }),
);

/** Imports of other packages stay imports, but those of zod where it is to go in. */
const othersStayOutside = (hasZod) => ({
  name: "others-stay-outside",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
      if (kind === "entry-point" || importer.includes("node_modules")) return undefined;
      if (hasZod && path.startsWith("zod")) return undefined;
      return { path: withInternal.get(path) ?? path, external: true };
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
