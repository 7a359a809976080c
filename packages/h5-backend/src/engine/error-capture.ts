import { decodeText } from "@tvb-storage/files";
import type { Wasm, WasmStream } from "./h5wasm.js";

const LINE = /^\s*#\d+: .*? in (\w+)\(\): (.*)$/gm;

/** HDF5's stack of errors in one line: what failed at the top, and why at the bottom. */
export function summarizeDiagnosis(text: string): string {
  // One call can fail several times; what follows the first failure are its consequences.
  const [, stack = text] = text.split("HDF5-DIAG");
  const lines = [...stack.matchAll(LINE)].map((match) => `${match[1]}: ${match[2]}`);
  const first = lines[0];
  const last = lines.at(-1);
  if (first === undefined || last === undefined) return text.trim().split("\n", 1)[0] ?? "unknown error";
  return first === last ? first : `${first} (${last})`;
}

/**
 * Catches what HDF5 writes to stderr: h5wasm's functions return a status that says little, and its
 * throwing error handler leaves the instance damaged. A file in memory replaces descriptor 2; when
 * it is not empty after a call, the call failed.
 */
export class ErrorCapture {
  readonly #stream: WasmStream;

  constructor(wasm: Wasm, path: string) {
    const stderr = wasm.FS.streams[2];
    if (stderr !== null && stderr !== undefined) wasm.FS.close(stderr);
    this.#stream = wasm.FS.open(path, "w+");
    if (this.#stream.fd !== 2)
      throw new Error(`HDF5's errors cannot be captured: descriptor 2 is taken, got ${this.#stream.fd}`);
  }

  /** What HDF5 wrote since the last call; undefined where that is nothing. */
  take(): string | undefined {
    const { node } = this.#stream;
    const length = node.usedBytes ?? 0;
    if (length === 0) return undefined;
    const text = decodeText(node.contents?.subarray(0, length) ?? new Uint8Array(0));
    node.usedBytes = 0;
    this.#stream.position = 0;
    return text;
  }
}
