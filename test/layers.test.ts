import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

// The layer rule a second time, by another way than the linter's: it would say nothing
// where a pattern of its own matched nothing.

const packages = fileURLToPath(new URL("../packages", import.meta.url));

/** What the sources of a package may import besides their own files; `node` stands for all of Node. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  core: ["@tvb-storage/errors", "zod", "async-mutex", "#platform"],
  "xml-meta": ["@tvb-storage/errors", "@tvb-storage/core", "fast-xml-parser", "saxes"],
  zip: ["@tvb-storage/errors", "@tvb-storage/core", "yazl", "yauzl", "p-limit", "node"],
  "fs-helper": ["@tvb-storage/errors", "@tvb-storage/core", "@tvb-storage/xml-meta", "node"],
  "h5-backend": ["@tvb-storage/errors", "@tvb-storage/core", "h5wasm", "#inflate"],
  testkit: ["@tvb-storage/errors", "@tvb-storage/core", "memfs", "fast-check", "vitest", "node"],
};

/** Files with more rights than their package. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  "core/src/platform.node.ts": ["node"],
  "h5-backend/src/filters/inflate.node.ts": ["node"],
  // Its types only, which are gone when the package is built.
  "core/src/project-structure.ts": ["node"],
};

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

/** What a file imports from outside its package. */
function imports(path: string): string[] {
  // Without comments, which may show examples.
  const text = readFileSync(path, "utf8").replaceAll(/^\s*(\*|\/\*|\/\/).*$/gm, "");
  const found = [...text.matchAll(/(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*["']([^"'\s]+)["']/g)];
  return found
    .map((match) => match[1] ?? "")
    .filter((name) => !name.startsWith("."))
    .map((name) => (name.startsWith("node:") ? "node" : name));
}

describe.each(Object.entries(MAY_IMPORT))("packages/%s", (name, allowed) => {
  it("imports nothing but what its layer may", () => {
    const files = sources(`${packages}/${name}/src`);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const local = file.slice(packages.length + 1);
      const may = [...allowed, ...(EXCEPTIONS[local] ?? [])];
      expect(
        imports(file).filter((each) => !may.includes(each)),
        local,
      ).toEqual([]);
    }
  });

  it("depends on nothing else when it is installed", () => {
    const manifest: Manifest = JSON.parse(readFileSync(`${packages}/${name}/package.json`, "utf8"));
    const needed = [
      ...Object.keys(manifest.dependencies ?? {}),
      ...Object.keys(manifest.peerDependencies ?? {}),
    ];
    expect(needed.filter((each) => !allowed.includes(each))).toEqual([]);
  });
});

describe("the rule", () => {
  it("is there for every package", () => {
    const folders = readdirSync(packages, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((entry) => entry.name).sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  it("sees every way of importing", () => {
    expect(imports(fileURLToPath(import.meta.url)).sort()).toEqual(["node", "node", "vitest"]);
    expect(imports(`${packages}/core/src/index.ts`)).toEqual(["#platform"]);
    expect(imports(`${packages}/core/src/platform.node.ts`)).toEqual(["node", "node", "node"]);
  });
});
