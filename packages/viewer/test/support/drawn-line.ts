import type { PNG } from "pngjs";

/** Where what is drawn crosses a column: parts of the height from the top. */
export interface Crossing {
  readonly top: number;
  readonly bottom: number;
}

/** How much a pixel differs from white to be of a line. */
const CONTRAST = 60;

/**
 * What is drawn on white in a column of a picture, which is given in parts of the width; undefined where nothing is.
 * `from` and `to` are the part of the height that is looked at: not the axis at its lower edge.
 */
export function crossingAt(
  { data, width, height }: PNG,
  x: number,
  from = 0,
  to = 0.995,
): Crossing | undefined {
  const column = Math.floor(x * width);
  let top: number | undefined;
  let bottom = 0;
  for (let row = Math.round(from * height); row < Math.round(to * height); row += 1) {
    const at = 4 * (row * width + column);
    const darkest = Math.min(data[at] ?? 255, data[at + 1] ?? 255, data[at + 2] ?? 255);
    if (darkest > 255 - CONTRAST) continue;
    top ??= row / height;
    bottom = (row + 1) / height;
  }
  return top === undefined ? undefined : { top, bottom };
}
