/** Okabe and Ito's colours, which people with any colour vision can tell apart. */
const COLOURS = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7"] as const;
/** How far a colour is mixed with white or black, when all were used once. */
const SHADES = [
  [255, 0],
  [255, 0.5],
  [0, 0.45],
] as const;

/** Of what is in no region. */
const NO_REGION = "#808080";
/** Of a surface without regions. */
export const PLAIN = "#c8c0b8";

/** The colour of a region, `#rrggbb`: that of the one before it is quite another. */
export function regionColour(region: number): string {
  if (region < 0) return NO_REGION;
  const colour = COLOURS[region % COLOURS.length] ?? PLAIN;
  const [other, part] = SHADES[Math.floor(region / COLOURS.length) % SHADES.length] ?? SHADES[0];
  return mixed(colour, other, part);
}

/** A colour of which only a little is left, for what is not looked at. */
export function faded(colour: string): string {
  return mixed(colour, 0x50, 0.85);
}

function mixed(colour: string, other: number, part: number): string {
  const parts = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16);
    return Math.round(value + (other - value) * part);
  });
  return `#${parts.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
