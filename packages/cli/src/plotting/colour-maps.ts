export type Rgb = readonly [red: number, green: number, blue: number];

/** Colours at equal distances, between which others are interpolated. */
const MAPS: Readonly<Record<string, string>> = {
  // matplotlib's, perceptually uniform (CC0).
  viridis: "440154 482475 414487 355f8d 2a788e 21918c 22a884 44bf70 7ad151 bddf26 fde725",
  magma: "000004 140e36 3b0f70 641a80 8c2981 b73779 de4968 f7705c fe9f6d fecf92 fcfdbf",
  // ColorBrewer's, for values on both sides of zero (Apache 2.0).
  rdbu: "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f",
  grey: "000000 ffffff",
};

export const COLOUR_MAPS: readonly string[] = Object.keys(MAPS);

/** Zero is in the middle of this one. */
function isDiverging(name: string): boolean {
  return name === "rdbu";
}

/** The colour for a part from 0 to 1. */
function colourMap(name: string): (part: number) => Rgb {
  const colours = (MAPS[name] ?? "").split(" ").map((hex): Rgb => {
    const value = Number.parseInt(hex, 16);
    return [value >> 16, (value >> 8) & 0xff, value & 0xff];
  });
  const last = colours.length - 1;
  return (part) => {
    const at = Math.min(Math.max(part, 0), 1) * last;
    const below = Math.min(Math.floor(at), last - 1);
    const [a = 0, b = 0, c = 0] = colours[below] ?? [];
    const [d = 0, e = 0, f = 0] = colours[below + 1] ?? [];
    const weight = at - below;
    const mix = (from: number, to: number) => Math.round(from + (to - from) * weight);
    return [mix(a, d), mix(b, e), mix(c, f)];
  };
}

/** How values are coloured: on both sides of zero by a map that has two sides, and as far as the farther one. */
export function colourScale(
  range: { readonly min: number; readonly max: number },
  name?: string,
): { name: string; min: number; max: number; colour: (value: number) => Rgb } {
  const chosen = name ?? (range.min < 0 && range.max > 0 ? "rdbu" : "viridis");
  const farthest = Math.max(Math.abs(range.min), Math.abs(range.max));
  const { min, max } = isDiverging(chosen) ? { min: -farthest, max: farthest } : range;
  const map = colourMap(chosen);
  const span = max - min;
  return { name: chosen, min, max, colour: (value) => map(span > 0 ? (value - min) / span : 0.5) };
}
