// Bundles each package into few files, over what `tsc` has written: to find and load a file takes longer than to run it,
// and a package has up to a hundred and twenty. Everything is in the entry `internal` where there is one, which other
// packages of this repository import whatever entry they name; the other entries are lists of names from it. What
// other packages export stays theirs, but for the few of which parts go into ours (`INLINED`). A package is bundled
// again when a source of it is newer.
//
//   node scripts/bundle.mjs [package ...]     default: all of them
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
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

/** Packages of which parts go into ours, so that nobody installs the whole of them, and what they bring along. */
const INLINED = { zod: [], echarts: ["zrender", "tslib"] };

/** The licences of a package and of those that it brings along, for the module that imports it. */
function licencesOf(name, folder) {
  const main = createRequire(join(folder, "package.json")).resolve(name);
  const found = main.slice(0, main.lastIndexOf(`node_modules/${name}/`) + `node_modules/${name}`.length);
  const { version } = JSON.parse(readFileSync(join(found, "package.json"), "utf8"));
  const files = readdirSync(found).filter((file) =>
    /^(LICEN[CS]E|NOTICE|CopyrightNotice)(\.(md|txt))?$/.test(file),
  );
  const texts = files
    .sort()
    .map((file) => readFileSync(join(found, file), "utf8").trim().replaceAll("*/", "* /"));
  if (texts.length === 0) throw new Error(`${name} has no licence file`);
  return [
    `/*! With parts of ${name} ${version}.\n\n${texts.join("\n\n")} */`,
    ...(INLINED[name] ?? []).map((other) => licencesOf(other, found)),
  ].join("\n");
}

async function bundle(name) {
  const folder = join(packages, name);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const entries = entriesOf(manifest);
  if (!isStale(folder, entries)) return;
  const dist = join(folder, "dist");
  for (const file of readdirSync(dist)) if (file.startsWith("chunk-")) rmSync(join(dist, file));
  const inlined = Object.keys(INLINED).filter((each) => manifest.devDependencies?.[each] !== undefined);
  const options = {
    absWorkingDir: folder,
    bundle: true,
    format: "esm",
    target: "es2022",
    sourcemap: "linked",
    sourcesContent: false,
    external: ["#*"],
    plugins: [othersStayOutside(inlined), licensed(inlined, folder)],
    banner: { js: MARK },
    legalComments: "inline",
    logLevel: "error",
  };
  if (manifest.bin !== undefined) {
    // A command: what a single one of its subcommands needs stays in a chunk of its own, which is loaded then.
    const entryPoints = entries.map((entry) => entry.replace("./dist/", "src/").replace(/\.js$/, ".ts"));
    const inChunks = { splitting: true, chunkNames: "chunk-[name]-[hash]", outdir: "dist", outbase: "src" };
    await build({ ...options, ...inChunks, entryPoints });
    for (const path of Object.values(manifest.bin)) chmodSync(join(folder, path), 0o755);
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

/** Imports of other packages stay imports, but those of packages of which parts go in. */
const othersStayOutside = (inlined) => ({
  name: "others-stay-outside",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
      if (kind === "entry-point" || importer.includes("node_modules")) return undefined;
      if (inlined.includes(path.split("/")[0])) return undefined;
      return { path: withInternal.get(path) ?? path, external: true };
    });
  },
});

/** Licences stay in the file that the parts are in: with the module of ours that imports them. */
const licensed = (inlined, folder) => ({
  name: "licensed",
  setup({ onLoad }) {
    if (inlined.length === 0) return;
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
      if (path.includes("node_modules")) return undefined;
      const source = readFileSync(path, "utf8");
      const used = inlined.filter((name) =>
        new RegExp(`^(import|\\}) (?!type ).*from "${name}[/"]`, "m").test(source),
      );
      const licences = used.map((name) => licencesOf(name, folder));
      return { contents: [...licences, source].join("\n"), loader: "ts" };
    });
  },
});

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : readdirSync(packages)) await bundle(name);
