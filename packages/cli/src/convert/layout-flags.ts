import type { Compression, LayoutOptions } from "@tvb-storage/core";
import { numberOption } from "../options/number-option.js";
import { UsageError } from "../usage-error.js";

export interface LayoutFlags {
  readonly gzip?: string;
  readonly shuffle?: boolean;
  readonly chunks?: string;
}

/** How datasets are to be stored; undefined where nothing is said of it. */
export function layoutOf({ gzip, shuffle, chunks }: LayoutFlags): LayoutOptions | undefined {
  if (gzip === undefined && chunks === undefined && shuffle !== true) return undefined;
  if (gzip === undefined && shuffle === true) throw new UsageError("--shuffle needs --gzip");
  const layout: LayoutOptions = {};
  if (gzip !== undefined) {
    const level = numberOption("--gzip", gzip, { min: 0, max: 9, whole: true });
    const compression = { gzip: level, ...(shuffle === true ? { shuffle } : {}) };
    layout.compression = compression as Compression; // the level is in the range
  }
  if (chunks !== undefined) layout.chunks = shapeOption("--chunks", chunks);
  return layout;
}

/** A shape such as `100,76`, `100x76` or `(100, 76)`. */
export function shapeOption(option: string, text: string): number[] {
  return text
    .replace(/^\(|,?\)$/g, "")
    .split(/\s*[,x]\s*/)
    .map((length) => numberOption(option, length, { min: 1, whole: true }));
}
