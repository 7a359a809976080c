// Writes what is generated from scripts/layers.mjs: the lint rules in biome.json and the tables in
// docs/architecture.md. With --check it writes nothing, and fails where they differ.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { layers } from "./layers.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** "a, b and c" */
function list(names) {
  if (names.length < 2) return names[0] ?? "nothing";
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** One lint rule for the files of `includes`: they may import their own package and `allowed`, but no folder of `above`. */
function lintRule(includes, where, allowed, above) {
  const patterns = [
    {
      group: ["**", "!./**", "!../**", ...allowed.map((name) => `!${name}`)],
      message: `The layer rule of docs/architecture.md: ${where} may import only ${list(allowed)}.`,
    },
  ];
  if (above.length > 0) {
    patterns.push({
      group: above.map((folder) => `../**/${folder}/**`),
      message: `The layer rule of docs/architecture.md: ${where} may not import a floor above it.`,
    });
  }
  return {
    includes,
    linter: { rules: { style: { noRestrictedImports: { level: "error", options: { patterns } } } } },
  };
}

/** The lint rules of one package. Where two match a file, the last one applies, so those of single files come last. */
function lintRules({ name, imports, exceptions = {}, floors = [] }) {
  const source = `packages/${name}/src`;
  const above = (folder) => {
    const at = floors.findIndex((floor) => floor.name === folder);
    return at < 0 ? [] : floors.slice(at + 1).map((floor) => floor.name);
  };
  return [
    lintRule([`${source}/**`], `the sources of packages/${name}`, imports, []),
    ...floors
      .filter((floor) => above(floor.name).length > 0)
      .map((floor) => {
        const path = `${source}/${floor.name}`;
        return lintRule([`${path}/**`], path, imports, above(floor.name));
      }),
    ...Object.entries(exceptions).map(([file, more]) => {
      const [folder] = file.split("/");
      const path = `${source}/${file}`;
      return lintRule([path], path, [...imports, ...more], above(folder));
    }),
  ];
}

function isLayerRule(override) {
  return override.linter?.rules?.style?.noRestrictedImports !== undefined;
}

function biomeConfiguration(text) {
  const configuration = JSON.parse(text);
  const others = configuration.overrides.filter((override) => !isLayerRule(override));
  configuration.overrides = [...others, ...layers.flatMap(lintRules)];
  // With Biome's own line breaks, as every other file.
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(root, "node_modules/@biomejs/biome/bin/biome"), "format", "--stdin-file-path=biome.json"],
    { cwd: root, input: JSON.stringify(configuration), encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`biome format failed\n${stderr}`);
  return stdout;
}

function tableOfPackages() {
  const shown = (imports) => {
    const names = imports.filter((name) => !name.startsWith("#")); // those are files of its own
    return list(names.map((name) => name.replace("@tvb-storage/", "").replace("node:*", "Node")));
  };
  return [
    "| package | its one job | its sources may import | loads in a browser |",
    "| --- | --- | --- | --- |",
    ...layers.map(
      ({ name, job, imports, browser }) =>
        `| \`${name}\` | ${job} | ${shown(imports)} | ${browser ? "yes" : "no"} |`,
    ),
    "| `examples/`, `bench/` | programs and measurements | anything published | |",
  ];
}

function tableOfFloors({ floors }) {
  return [
    "| floor | its one job |",
    "| --- | --- |",
    ...floors.map((floor) => `| \`${floor.name}\` | ${floor.job} |`),
  ];
}

function architecture(text) {
  const tables = new Map([["packages", tableOfPackages()]]);
  for (const layer of layers) {
    if (layer.floors !== undefined) tables.set(`floors of ${layer.name}`, tableOfFloors(layer));
  }
  let written = text;
  for (const [name, lines] of tables) {
    const begin = `<!-- begin ${name}: npm run layers -->\n`;
    const end = `<!-- end ${name} -->`;
    const [from, to] = [written.indexOf(begin), written.indexOf(end)];
    if (from < 0 || to < from)
      throw new Error(`docs/architecture.md has no lines "${begin.trim()}" and "${end}"`);
    written = `${written.slice(0, from)}${begin}\n${lines.join("\n")}\n\n${written.slice(to)}`;
  }
  return written;
}

const check = process.argv.includes("--check");
for (const [name, make, meaning] of [
  ["biome.json", biomeConfiguration, (text) => JSON.stringify(JSON.parse(text))],
  ["docs/architecture.md", architecture, (text) => text],
]) {
  const path = join(root, name);
  const text = readFileSync(path, "utf8");
  const wanted = make(text);
  if (meaning(text) === meaning(wanted)) continue;
  if (check) {
    console.error(`${name} is not what scripts/layers.mjs says; "npm run layers" writes it`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, wanted);
    console.log(`${name} written`);
  }
}
