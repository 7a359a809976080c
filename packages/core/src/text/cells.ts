import type { DataType } from "../data-type.js";
import type { NDArray } from "../ndarray-type.js";
import { shortestText } from "./float-digits.js";

/** Writes text in pieces of this length, so that few elements do not make a call each. */
const PIECE = 65536;

/** Gathers small texts before they are written. */
export class TextOutput {
  #pending = "";

  constructor(private readonly write: (text: string) => Promise<void>) {}

  /** Resolves at once, but where a piece is full. */
  add(text: string): Promise<void> | undefined {
    this.#pending += text;
    return this.#pending.length > PIECE ? this.flush() : undefined;
  }

  async flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = "";
    if (text !== "") await this.write(text);
  }
}

/** What an element's container holds: `complex` has two for each element. */
export type Cell = string | number | bigint | boolean;

/** The entries of a block, bools as such. */
export function* cellsOf(block: NDArray): Generator<Cell> {
  if (block.dtype === "bool") for (const bit of block.data) yield bit !== 0;
  else yield* block.data;
}

/** A number with as few digits as its type needs to be read back. */
export function numberText(value: number, dtype: DataType): string {
  return dtype === "float32" || dtype === "complex64"
    ? shortestText(value)
    : Object.is(value, -0)
      ? "-0"
      : String(value);
}
