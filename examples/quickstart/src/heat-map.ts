import { PNG } from "pngjs";

type Colour = readonly [red: number, green: number, blue: number];

// Blue, white, red with even lightness at both ends; grey where there is no value.
const SCALE: readonly Colour[] = [
  [33, 102, 172],
  [146, 197, 222],
  [247, 247, 247],
  [244, 165, 130],
  [178, 24, 43],
];
const NO_VALUE: Colour = [150, 150, 150];
const TARGET_PIXELS = 608; // eight a region for 76 regions

/** A square matrix with values from -1 to 1 as a PNG file's bytes, row 0 at the top. */
export function heatMap(matrix: Float64Array, size: number): Uint8Array {
  const cell = Math.max(1, Math.floor(TARGET_PIXELS / size));
  const width = size * cell;
  const png = new PNG({ width, height: width, colorType: 2 });
  for (let pixel = 0; pixel < width * width; pixel++) {
    const row = Math.floor(pixel / width / cell);
    const column = Math.floor((pixel % width) / cell);
    png.data.set([...colourOf(matrix[row * size + column] ?? Number.NaN), 255], pixel * 4);
  }
  return PNG.sync.write(png, { colorType: 2 });
}

function colourOf(value: number): Colour {
  if (Number.isNaN(value)) return NO_VALUE;
  const position = ((value + 1) / 2) * (SCALE.length - 1);
  const below = Math.min(Math.floor(position), SCALE.length - 2);
  const share = position - below;
  const from = SCALE[below] ?? NO_VALUE;
  const to = SCALE[below + 1] ?? NO_VALUE;
  const mix = (a: number, b: number): number => Math.round(a + (b - a) * share);
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])];
}
