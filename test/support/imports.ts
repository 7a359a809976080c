import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

export interface Import {
  /** As written: `node:fs`, `@tvb-storage/core`, `../port/file-port.js`. */
  readonly specifier: string;
  /** Whether it is removed in the build. */
  readonly typeOnly: boolean;
}

/** All TypeScript files below a folder. */
export function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sourcesBelow(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

/** What a source imports, also by `export ... from`, `import()` and `require()`. */
export function importsIn(source: string): Import[] {
  // Without comments, which may show examples.
  const text = source.replaceAll(/^\s*(\*|\/\*|\/\/).*$/gm, "");
  const statement =
    /(?:^(?<typed>(?:import|export) type\b)[^;"']*?)?(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*["'](?<specifier>[^"'\s]+)["']/gm;
  return [...text.matchAll(statement)].map(({ groups }) => ({
    specifier: groups?.["specifier"] ?? "",
    typeOnly: groups?.["typed"] !== undefined,
  }));
}

export function importsOf(path: string): Import[] {
  return importsIn(readFileSync(path, "utf8"));
}

/** The files that `file` imports by a relative path; `runTimeOnly` leaves out imports of types. */
export function relativeImports(file: string, { runTimeOnly = false } = {}): string[] {
  return importsOf(file)
    .filter(({ specifier, typeOnly }) => specifier.startsWith(".") && !(runTimeOnly && typeOnly))
    .map(({ specifier }) => resolve(dirname(file), specifier).replace(/\.js$/, ".ts"))
    .map((path) => (existsSync(path) ? path : path.replace(/\.ts$/, ".tsx")))
    .filter((path) => /\.tsx?$/.test(path)); // a page's sources import styles, too
}

/** The cycles reachable from `starts` by `next`, each from one of its files back to the same. */
export function cyclesOf(starts: readonly string[], next: (file: string) => readonly string[]): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file]);
    if (done.has(file) || path.includes(file)) return;
    for (const other of next(file)) visit(other, [...path, file]);
    done.add(file);
  };
  for (const file of starts) visit(file, []);
  return cycles;
}

/** The names between the braces of all imports and exports from `specifier`, or of all exports where it is undefined. */
export function namesFrom(source: string, specifier?: string): string[] {
  const statement =
    specifier === undefined
      ? /^export (?:type )?\{([^}]*)\}/gm
      : new RegExp(`^(?:import|export) (?:type )?\\{([^}]*)\\} from "${specifier}"`, "gm");
  return [...source.matchAll(statement)]
    .flatMap((match) => (match[1] ?? "").split(","))
    .map((name) => name.trim().replace(/^type /, ""))
    .map((name) => (specifier === undefined ? name.replace(/.* as /, "") : name.replace(/ as .*/, "")))
    .filter((name) => name !== "");
}
