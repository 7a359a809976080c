// node bench/imports.mjs [checkout ...] [--rounds N]
// What importing each package costs a program: milliseconds in a new Node process (the median of N rounds, alternating
// between checkouts), modules loaded, and bytes of a minified bundle, plain and after gzip. Give two built checkouts to compare them.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "21" } },
});
const rounds = Number(values.rounds);
const given = positionals.map((folder) => resolve(folder));
const checkouts = given.length > 0 ? given : [fileURLToPath(new URL("..", import.meta.url))];

const NAMES = [
  "errors",
  "files",
  "core",
  "core/arrays",
  "hdf5",
  "xml-meta",
  "zip",
  "fs-helper",
  "h5-backend",
  "storage",
  "cli",
  "testkit",
];

function builtFile(checkout, name) {
  const [folder, entry = "index"] = name.split("/");
  return join(checkout, "packages", folder, "dist", `${entry}.js`);
}

const node = (code, env = {}) =>
  execFileSync(process.execPath, ["--input-type=module", "-e", code], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });

function importMs(file) {
  const url = JSON.stringify(pathToFileURL(file).href);
  return Number(
    node(
      `const t = performance.now(); await import(${url}); process.stdout.write(String(performance.now() - t));`,
    ),
  );
}

function modulesLoaded(file) {
  const folder = mkdtempSync(join(tmpdir(), "bench-imports-"));
  try {
    node(`import ${JSON.stringify(pathToFileURL(file).href)};`, { NODE_V8_COVERAGE: folder });
    const [report] = readdirSync(folder);
    const { result } = JSON.parse(readFileSync(join(folder, report), "utf8"));
    return result.filter(({ url }) => url.startsWith("file:")).length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundleBytes(file) {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    minify: true,
    write: false,
    platform: "node",
    format: "esm",
    external: ["vitest"],
    logLevel: "silent",
  });
  const [{ contents }] = outputFiles;
  return { plain: contents.length, gzip: gzipSync(contents).length };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const rows = [];
for (const name of NAMES) {
  const files = checkouts.map((checkout) => builtFile(checkout, name)).filter((file) => existsSync(file));
  const times = files.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [index, file] of files.entries()) times[index].push(importMs(file));
  for (const [index, file] of files.entries()) {
    const { plain, gzip } = await bundleBytes(file);
    rows.push({
      package: name,
      checkout: checkouts.findIndex((checkout) => file.startsWith(checkout)) + 1,
      "import ms": Number(median(times[index]).toFixed(1)),
      modules: modulesLoaded(file),
      "bundle KB": Math.round(plain / 1000),
      "gzip KB": Math.round(gzip / 1000),
    });
  }
}
for (const [index, checkout] of checkouts.entries()) console.log(`checkout ${index + 1}: ${checkout}`);
console.table(rows);
