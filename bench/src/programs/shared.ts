import { wasmLoaded, watchWasm } from "../wasm-watch.js";

// What the programs have in common; it loads no package, for it counts as a part of them.

/** The context that the harness gave. */
export const { folder, shared } = JSON.parse(process.argv[2] ?? "") as {
  readonly folder: string;
  readonly shared: string;
};

watchWasm();

/** Prints the measures of this process, where `isRight`. */
export function finish(isRight: boolean): void {
  if (!isRight) throw new Error("the program has not found what it should");
  process.stdout.write(JSON.stringify({ peak: process.resourceUsage().maxRSS / 1024, wasm: wasmLoaded() }));
}
