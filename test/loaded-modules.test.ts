import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// The modules that a new Node process loads for one import of a built package.

const root = fileURLToPath(new URL("..", import.meta.url));

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "loaded-modules-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

/** Paths of the modules that importing `entry` of a package loads, as V8 reports them. */
function loadedBy(name: string, entry: string): string[] {
  const built = join(root, "packages", name, "dist", `${entry}.js`);
  if (!existsSync(built)) throw new Error(`${built} is not built: run npm run build`);
  const place = mkdtempSync(join(folder, "coverage-"));
  execFileSync(process.execPath, ["--input-type=module", "-e", `import "${pathToFileURL(built).href}";`], {
    env: { ...process.env, NODE_V8_COVERAGE: place },
  });
  const [report = ""] = readdirSync(place);
  const { result }: Coverage = JSON.parse(readFileSync(join(place, report), "utf8"));
  return result.filter(({ url }) => url.startsWith("file:")).map(({ url }) => fileURLToPath(url));
}

/** The packages of other projects, by the last `node_modules` in their path. */
function packagesOf(paths: readonly string[]): string[] {
  const names = paths.flatMap((path) => {
    const after = path
      .split(/[\\/]node_modules[\\/]/)
      .slice(1)
      .at(-1);
    return after === undefined ? [] : [/^(?:@[^\\/]+[\\/])?[^\\/]+/.exec(after)?.[0] ?? after];
  });
  return [...new Set(names)].sort();
}

const XML = ["@nodable/entities", "anynum", "fast-xml-builder", "fast-xml-parser", "is-unsafe"];
const MORE_XML = ["path-expression-matcher", "saxes", "strnum", "xml-naming", "xmlchars"];
const ZIP = ["buffer-crc32", "p-limit", "pend", "yauzl", "yazl", "yocto-queue"];

describe.each([
  ["errors", "index", [], 3],
  ["files", "index", ["async-mutex"], 8],
  ["files", "internal", ["async-mutex"], 8],
  ["core", "arrays", ["async-mutex"], 14],
  ["core", "internal", ["async-mutex"], 14],
  ["core", "index", ["async-mutex"], 14],
  ["hdf5", "index", ["async-mutex"], 22],
  ["hdf5", "internal", ["async-mutex"], 22],
  ["xml-meta", "index", [...XML, "async-mutex", ...MORE_XML], 160],
  ["zip", "index", ["async-mutex", ...ZIP], 130],
  ["fs-helper", "index", [...XML, "async-mutex", ...MORE_XML], 180],
  ["h5-backend", "index", ["async-mutex"], 25],
  ["cli", "index", ["async-mutex", "commander", "picocolors"], 40],
  ["storage", "index", [...XML, "async-mutex", ...MORE_XML, ...ZIP], 300],
] as const)("importing %s/%s", (name, entry, packages, most) => {
  it("loads the packages that it needs, without zod and h5wasm, and few modules", () => {
    const loaded = loadedBy(name, entry);
    expect(packagesOf(loaded)).toEqual([...packages].sort());
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.length).toBeLessThan(most);
  });
});

it("zod checks the options of core, in parts that are its own, with its licence", () => {
  const folder = join(root, "packages/core/dist");
  const bundled = readdirSync(folder)
    .filter((file) => file.endsWith(".js"))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .filter((text) => text.startsWith("// Bundled"));
  expect(bundled.filter((text) => /from "zod/.test(text))).toEqual([]);
  const withZod = bundled.filter((text) => /\/\*! With parts of zod 4\.\d+\.\d+\.\n\nMIT License/.test(text));
  expect(withZod).toHaveLength(1);
  expect(withZod[0]?.length).toBeLessThan(180_000);
});
