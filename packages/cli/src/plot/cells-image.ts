import { PNG } from "pngjs";
import type { Cells } from "../plotting/cell-means.js";
import type { Rgb } from "../plotting/colour-maps.js";

const NO_NUMBER: Rgb = [217, 217, 217];

/**
 * Cells as a picture, in an address that an SVG can hold. Each cell is drawn several pixels wide, since programs smooth
 * pictures that they enlarge.
 *
 * @param minPixels The picture has at least so many pixels each way, and no more than twice as many.
 */
export function cellsImage(
  { rows, columns, values }: Cells,
  colour: (value: number) => Rgb,
  minPixels: { readonly width: number; readonly height: number },
): string {
  const wide = Math.max(1, Math.ceil(minPixels.width / columns));
  const high = Math.max(1, Math.ceil(minPixels.height / rows));
  const image = new PNG({ width: columns * wide, height: rows * high, colorType: 2 });
  for (let y = 0; y < rows * high; y++)
    for (let column = 0; column < columns; column++) {
      const value = values[Math.floor(y / high) * columns + column] ?? Number.NaN;
      const [red, green, blue] = Number.isNaN(value) ? NO_NUMBER : colour(value);
      for (let x = column * wide; x < (column + 1) * wide; x++) {
        const at = 4 * (y * columns * wide + x);
        image.data[at] = red;
        image.data[at + 1] = green;
        image.data[at + 2] = blue;
        image.data[at + 3] = 255;
      }
    }
  const bytes = PNG.sync.write(image, { colorType: 2 });
  return `data:image/png;base64,${bytes.toString("base64")}`;
}
