import { pythonWith as pythonOnPath } from "../../scripts/programs.mjs";

const found = new Map<string, string | undefined>();

/** The first Python on PATH that can import `module`. */
export function pythonWith(module: string): string | undefined {
  if (!found.has(module)) found.set(module, pythonOnPath(module));
  return found.get(module);
}
