// node bench/bundles.mjs
// What the packages weigh in a page: a minified bundle of each for browsers, plain and after gzip, and the share that each
// folder of the sources has in it. h5wasm is left out: it is loaded when it is needed.
import { relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { packages, sourceOf } from "../test/support/sources.mjs";

/** What a program imports, and the most KB that it may weigh after gzip. */
const PROGRAMS = [
  { name: "hdf5", imported: "*", atMost: 40 },
  { name: "hdf5", imported: "{ open }", atMost: 40 },
  { name: "h5-backend", imported: "*", atMost: 70 },
  { name: "xml-meta", imported: "*" },
  { name: "core", imported: "*" },
];
const SMALLEST_SHARE = 0.01;

const alias = Object.fromEntries(
  Object.entries(sourceOf).map(([name, source]) => [
    name,
    name.startsWith("#") ? source.replace(".node.ts", ".browser.ts") : source,
  ]),
);

/** `hdf5/edits`, or the name of a package of others. */
function partOf(input) {
  const library = input.split("node_modules/").at(-1);
  if (library !== input)
    return library.split("/")[0].startsWith("@") ? library.split("/", 2).join("/") : library.split("/")[0];
  const [name, , ...path] = relative(packages, input).split("/");
  return path.length > 1 ? `${name}/${path[0]}` : name;
}

for (const { name, imported, atMost } of PROGRAMS) {
  const from = `"@tvb-storage/${name}"`;
  const contents =
    imported === "*"
      ? `export * from ${from};`
      : `import ${imported} from ${from}; globalThis.used = ${imported};`;
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: packages },
    absWorkingDir: "/",
    alias,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: "browser",
    format: "esm",
    external: ["h5wasm"],
    logLevel: "error",
  });
  const [{ contents: bytes }] = outputFiles;
  const [{ inputs }] = Object.values(metafile.outputs);
  const parts = new Map();
  for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
    const part = input === "<stdin>" ? name : partOf(`/${input}`);
    parts.set(part, (parts.get(part) ?? 0) + bytesInOutput);
  }
  const gzip = gzipSync(bytes).length / 1000;
  const verdict = atMost === undefined ? "" : `, at most ${atMost}: ${gzip <= atMost ? "yes" : "NO"}`;
  console.log(
    `\nimport ${imported} from ${from}: ${(bytes.length / 1000).toFixed(0)} KB, ${gzip.toFixed(1)} KB after gzip${verdict}`,
  );
  const large = [...parts]
    .filter(([, size]) => size >= SMALLEST_SHARE * bytes.length)
    .sort(([, a], [, b]) => b - a);
  console.table(
    large.map(([part, size]) => ({
      part,
      KB: Number((size / 1000).toFixed(1)),
      "%": Math.round((100 * size) / bytes.length),
    })),
  );
}
