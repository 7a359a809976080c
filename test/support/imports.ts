import { readdirSync, readFileSync } from "node:fs";

export interface Import {
  /** As it is written: `node:fs`, `@tvb-storage/core`, `../port/file-port.js`. */
  readonly specifier: string;
  /** Whether nothing is left of it in what is built. */
  readonly typeOnly: boolean;
}

/** All TypeScript files below a folder. */
export function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sourcesBelow(path);
    return entry.name.endsWith(".ts") ? [path] : [];
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
