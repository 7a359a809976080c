import type { Tolerance } from "./tolerance.js";

export interface DiffOptions {
  readonly tolerance: Tolerance;
  /** Chunks and filters too. */
  readonly layout: boolean;
  /** How many elements that differ are listed for each dataset. */
  readonly listed: number;
  /** Nodes (with all beneath them) begin with `/`; others are keys of attributes. */
  readonly ignored: readonly string[];
  readonly signal: AbortSignal;
}

export function isIgnoredNode({ ignored }: DiffOptions, path: string): boolean {
  return ignored.some((entry) => {
    if (!entry.startsWith("/")) return false;
    const node = entry.replace(/(?<=.)\/+$/, "");
    return path === node || path.startsWith(`${node}/`);
  });
}

/** Keys count with the prefix `TVB_` and without. */
export function isIgnoredKey({ ignored }: DiffOptions, key: string): boolean {
  return ignored.includes(key) || ignored.includes(key.replace(/^TVB_/, ""));
}
