import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Layer, layers } from "../scripts/layers.mjs";
import {
  cyclesOf,
  importsIn,
  importsOf,
  namesFrom,
  relativeImports,
  sourcesBelow,
} from "./support/imports.js";

// Checks the layer rule independently of the linter, which reports nothing where one of
// its patterns matches nothing.

const root = fileURLToPath(new URL("..", import.meta.url));
const packages = `${root}packages`;

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The package that a specifier names: `@tvb-storage/core` for `@tvb-storage/core/arrays`. */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function specifiersOf(file: string): string[] {
  return importsOf(file).map(({ specifier }) => specifier);
}

function isAllowed(specifier: string, allowed: readonly string[]): boolean {
  return (
    allowed.includes(specifier.startsWith("node:") ? "node:*" : specifier) || allowed.includes(specifier)
  );
}

/** The relative imports of a file as paths in `source`, without an extension: `format/checksum`. */
function ownImports(file: string, source: string): string[] {
  return relativeImports(file).map((path) => path.slice(source.length + 1).replace(/\.ts$/, ""));
}

/** The imports of a file from a later floor, or of a file that is on none. */
function climbs(file: string, source: string, { floors = [] }: Layer): string[] {
  const levelOf = (path: string) => floors.findIndex(({ name }) => path.startsWith(`${name}/`));
  const level = levelOf(file.slice(source.length + 1));
  if (level < 0) return [];
  return ownImports(file, source).filter((path) => {
    const other = levelOf(path);
    return other < 0 || other > level;
  });
}

describe.each(layers)("packages/$name", (layer) => {
  const { name, imports, exceptions = {}, floors = [], pages = [], browser } = layer;
  const source = `${packages}/${name}/src`;
  const files = sourcesBelow(source);

  it("imports nothing but what its layer may", () => {
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const allowed = [...imports, ...(exceptions[file.slice(source.length + 1)] ?? [])];
      const outside = specifiersOf(file).filter((specifier) => !specifier.startsWith("."));
      expect(
        outside.filter((specifier) => !isAllowed(specifier, allowed)),
        file,
      ).toEqual([]);
    }
  });

  it("imports no floor from a floor below it", () => {
    for (const file of files) expect(climbs(file, source, layer), file).toEqual([]);
  });

  it("has no cycle of imports at run time", () => {
    expect(cyclesOf(files, (file) => relativeImports(file, { runTimeOnly: true }))).toEqual([]);
  });

  it("depends on nothing else when it is installed, and its build waits for what it imports", () => {
    const manifest: Manifest = JSON.parse(readFileSync(`${packages}/${name}/package.json`, "utf8"));
    const needed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const imported = imports.map(packageOf);
    // What a package that is imported leaves to its users to install.
    const peers = imported
      .filter((each) => each.startsWith("@tvb-storage/"))
      .flatMap((each) => {
        const path = `${packages}/${each.replace("@tvb-storage/", "")}/package.json`;
        const { peerDependencies = {} }: Manifest = JSON.parse(readFileSync(path, "utf8"));
        return Object.keys(peerDependencies);
      });
    expect(needed.filter((each) => ![...imported, ...peers, ...pages].includes(each))).toEqual([]);
    expect(pages.filter((each) => !needed.includes(each))).toEqual([]);
    const { references = [] }: { references?: { path: string }[] } = JSON.parse(
      readFileSync(`${packages}/${name}/tsconfig.json`, "utf8"),
    );
    const own = needed.filter((each) => each.startsWith("@tvb-storage/") && !pages.includes(each));
    expect(references.map(({ path }) => path.replace("../", "@tvb-storage/")).sort()).toEqual(own.sort());
  });

  it("imports only packages before it in the list, and those of a browser only such ones", () => {
    const before = layers.slice(0, layers.indexOf(layer));
    const below = before
      .filter((each) => each.browser || !browser)
      .map((each) => `@tvb-storage/${each.name}`);
    const own = imports.map(packageOf).filter((each) => each.startsWith("@tvb-storage/"));
    expect(own.filter((each) => !below.includes(each))).toEqual([]);
    expect(browser && imports.some((each) => each.startsWith("node:"))).toBe(false);
  });

  it("has exactly the floors of the list, and no exception that is not needed", () => {
    const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    if (floors.length > 0) {
      expect(folders.map((entry) => entry.name).sort()).toEqual(floors.map((floor) => floor.name).sort());
    }
    for (const [file, more] of Object.entries(exceptions)) {
      const used = specifiersOf(`${source}/${file}`);
      expect(more.filter((each) => !used.some((specifier) => isAllowed(specifier, [each])))).toEqual([]);
    }
  });
});

describe("what a package exports", () => {
  const entries = layers.flatMap(({ name }) =>
    readdirSync(`${packages}/${name}/src`)
      .filter((file) => ["index.ts", "internal.ts"].includes(file))
      .map((file) => ({ name, file, source: readFileSync(`${packages}/${name}/src/${file}`, "utf8") })),
  );

  it("is a list of names, each in one entry only", () => {
    for (const { name, file, source } of entries) expect(source, `${name}/${file}`).not.toContain("export *");
    for (const { name } of layers) {
      const names = entries.filter((entry) => entry.name === name).flatMap(({ source }) => namesFrom(source));
      expect(names.filter((each, at) => names.indexOf(each) !== at)).toEqual([]);
    }
  });

  it("is the same name in core and in its entry without zod", () => {
    const [index, arrays] = ["index", "arrays"].map((file) =>
      namesFrom(readFileSync(`${packages}/core/src/${file}.ts`, "utf8")),
    );
    expect(arrays?.filter((each) => !index?.includes(each))).toEqual([]);
  });

  it("is all that examples, measurements and the documentation use", () => {
    const folders = [
      "examples/beyond-one-machine/src",
      "examples/npy-backend/src",
      "examples/quickstart/src",
      "examples/remote-backend/src",
      "bench/src",
    ];
    const pages = ["docs", ...layers.map(({ name }) => `packages/${name}`)].flatMap((folder) =>
      readdirSync(`${root}${folder}`)
        .filter((file) => file.endsWith(".md"))
        .map((file) => `${root}${folder}/${file}`),
    );
    for (const file of [...folders.flatMap((folder) => sourcesBelow(`${root}${folder}`)), ...pages]) {
      expect(specifiersOf(file), file).not.toContainEqual(
        expect.stringMatching(/^@tvb-storage\/.*\/internal$/),
      );
    }
  });

  it("is used by a sibling where only siblings get it", () => {
    for (const { name, source } of entries.filter(({ file }) => file === "internal.ts")) {
      const used = layers
        .filter((layer) => layer.name !== name)
        .flatMap((layer) => sourcesBelow(`${packages}/${layer.name}/src`))
        .flatMap((file) => namesFrom(readFileSync(file, "utf8"), `@tvb-storage/${name}/internal`));
      expect(
        namesFrom(source).filter((each) => !used.includes(each)),
        name,
      ).toEqual([]);
    }
  });
});

describe("the rule", () => {
  it("is there for every package", () => {
    const folders = readdirSync(packages, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((entry) => entry.name).sort()).toEqual(layers.map(({ name }) => name).sort());
  });

  it("is what the linter checks and what the documentation says", () => {
    const script = `${root}scripts/write-layers.mjs`;
    const { stderr, status } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  });

  it("sees a cycle", () => {
    const graph: Record<string, string[]> = { a: ["b", "d"], b: ["c"], c: ["d", "b"], d: [] };
    expect(cyclesOf(Object.keys(graph), (file) => graph[file] ?? [])).toEqual([["b", "c", "b"]]);
  });

  it("sees every way of importing", () => {
    const source = `
      import a from "a";
      import "b";
      import {
        c,
        type C,
      } from "c";
      export * from "d";
      export { e } from "e";
      const f = await import("f");
      const g = require("g");
      // import h from "h";
      /** import i from "i"; */
      export type J = string;
      import k from "k";
    `.replaceAll(/^ {6}/gm, "");
    const types = 'import type { A } from "a";\nexport type {\n  B,\n} from "b";\nexport type * from "c";';
    expect(importsIn(source).map(({ specifier }) => specifier)).toEqual([
      "a",
      "b",
      "c",
      "d",
      "e",
      "f",
      "g",
      "k",
    ]);
    expect(importsIn(source).filter(({ typeOnly }) => typeOnly)).toEqual([]);
    expect(importsIn(types)).toEqual(["a", "b", "c"].map((specifier) => ({ specifier, typeOnly: true })));
  });
});
