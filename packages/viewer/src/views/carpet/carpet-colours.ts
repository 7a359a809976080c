import { interpolateCividis, interpolateRdBu, interpolateViridis } from "d3-scale-chromatic";

export interface CarpetColours {
  readonly title: string;
  /** Zero is in the middle of its colours. */
  readonly isDiverging: boolean;
  /** 256 colours from the least value to the largest: red, green, blue, each 0 to 255. */
  readonly table: Uint8Array;
}

const COLOURS = 256;

/** Those that people with any colour vision can read, by their names in the address. */
const MAPS = {
  viridis: { title: "Viridis", isDiverging: false, colour: interpolateViridis },
  cividis: { title: "Cividis", isDiverging: false, colour: interpolateCividis },
  rdbu: { title: "Blue, white, red", isDiverging: true, colour: (part: number) => interpolateRdBu(1 - part) },
} as const;

type MapName = keyof typeof MAPS;

export const COLOUR_NAMES = Object.keys(MAPS) as readonly MapName[]; // the keys of an object of ours

export function colourTitle(name: MapName): string {
  return MAPS[name].title;
}

const tables = new Map<MapName, CarpetColours>();

export function carpetColours(name: MapName): CarpetColours {
  let found = tables.get(name);
  if (found === undefined) {
    const { title, isDiverging, colour } = MAPS[name];
    const table = new Uint8Array(3 * COLOURS);
    for (let at = 0; at < COLOURS; at += 1) table.set(channelsOf(colour(at / (COLOURS - 1))), 3 * at);
    found = { title, isDiverging, table };
    tables.set(name, found);
  }
  return found;
}

/** Of `rgb(68, 1, 84)` or `#440154`, which d3's maps give. */
function channelsOf(colour: string): readonly number[] {
  if (colour.startsWith("#")) {
    const value = Number.parseInt(colour.slice(1), 16);
    return [value >> 16, (value >> 8) & 0xff, value & 0xff];
  }
  return (colour.match(/\d+(\.\d+)?/g) ?? []).map(Number);
}

export function isColourName(name: string | undefined): name is MapName {
  return name !== undefined && Object.hasOwn(MAPS, name);
}

/**
 * The pixels of values, four bytes each: transparent for NaN, and the first or last colour for what is out of the domain.
 */
export function colourPixels(
  values: Float64Array,
  [low, high]: readonly [number, number],
  { table }: CarpetColours,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * values.length);
  const scale = (COLOURS - 1) / (high - low);
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const colour = 3 * Math.round(Math.min(COLOURS - 1, Math.max(0, (value - low) * scale)));
    pixels[4 * at] = table[colour] ?? 0;
    pixels[4 * at + 1] = table[colour + 1] ?? 0;
    pixels[4 * at + 2] = table[colour + 2] ?? 0;
    pixels[4 * at + 3] = 255;
  }
  return pixels;
}
