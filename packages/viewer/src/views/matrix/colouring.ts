import type { ColorMap, Domain } from "@h5web/lib";
import type { ViewParams } from "../view.js";
import type { MatrixStatistics } from "./region-matrix.js";

export interface ColourMap {
  readonly title: string;
  readonly map: ColorMap;
  readonly invert: boolean;
  /** Zero is in the middle of its colours. */
  readonly diverging: boolean;
}

/** Those that people with any colour vision can read. By their names in the address. */
export const COLOUR_MAPS: Readonly<Record<string, ColourMap>> = {
  viridis: { title: "Viridis", map: "Viridis", invert: false, diverging: false },
  cividis: { title: "Cividis", map: "Cividis", invert: false, diverging: false },
  magma: { title: "Magma", map: "Magma", invert: false, diverging: false },
  grey: { title: "Grey", map: "Greys", invert: false, diverging: false },
  rdbu: { title: "Blue, white, red", map: "RdBu", invert: true, diverging: true },
  puor: { title: "Purple, white, orange", map: "PuOr", invert: true, diverging: true },
};

export interface Colouring {
  /** Its name in `COLOUR_MAPS`. */
  readonly name: string;
  readonly colours: ColourMap;
  readonly logarithmic: boolean;
  readonly domain: Domain;
  /** What of the address could not be followed, and why. */
  readonly problems: readonly string[];
}

const VIRIDIS: ColourMap = { title: "Viridis", map: "Viridis", invert: false, diverging: false };

/**
 * How values are coloured, by what was chosen: `scale` (`linear`, `log`), `colours`, `min` and `max`. What was not chosen is
 * automatic: all values, and for values on both sides of zero a map with two sides.
 */
export function colouringOf(statistics: MatrixStatistics, params: ViewParams): Colouring {
  const { range = { min: 0, max: 1 }, positiveMin } = statistics;
  const problems: string[] = [];
  const automatic = range.min < 0 && range.max > 0 ? "rdbu" : "viridis";
  const chosen = params["colours"] ?? automatic;
  const name = Object.hasOwn(COLOUR_MAPS, chosen) ? chosen : automatic;
  if (name !== chosen) problems.push(`There are no colours "${chosen}"; they are ${name}.`);
  const colours = COLOUR_MAPS[name] ?? VIRIDIS;

  const logarithmic = params["scale"] === "log" && positiveMin !== undefined;
  if (params["scale"] === "log" && !logarithmic)
    problems.push("No value is above zero, so that the scale is linear.");

  const farthest = Math.max(Math.abs(range.min), Math.abs(range.max));
  let [min, max] = colours.diverging ? [-farthest, farthest] : [range.min, range.max];
  if (logarithmic) [min, max] = [positiveMin, range.max];
  const ownMin = chosenNumber(params["min"], "minimum", problems);
  const ownMax = chosenNumber(params["max"], "maximum", problems);
  if (logarithmic && ownMin !== undefined && ownMin <= 0)
    problems.push("The minimum of a logarithmic scale must be above zero; it is automatic.");
  else min = ownMin ?? min;
  if (logarithmic && ownMax !== undefined && ownMax <= 0)
    problems.push("The maximum of a logarithmic scale must be above zero; it is automatic.");
  else max = ownMax ?? max;
  if (min > max) {
    problems.push(`The minimum ${min} is above the maximum ${max}; choose a smaller one.`);
    [min, max] = [max, min];
  }
  // A domain without length has no colours: all values are in the middle of one around them.
  if (min === max) {
    const margin = Math.max(0.5, Math.abs(min) / 10); // 0.5 is nothing to a large value
    [min, max] = logarithmic ? [min / 2, max * 2] : [min - margin, max + margin];
  }
  return { name, colours, logarithmic, domain: [min, max], problems };
}

function chosenNumber(text: string | undefined, what: string, problems: string[]): number | undefined {
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  problems.push(`The ${what} "${text}" is no number; it is automatic.`);
  return undefined;
}

/**
 * Values as parts of the way through the colours, 0 to 1, which single precision holds whatever the values are: 1e300, or
 * 1e9 and 1e9 + 1. NaN for those that have no colour.
 */
export function colourParts(
  values: ArrayLike<number>,
  { domain: [min, max], logarithmic }: Pick<Colouring, "domain" | "logarithmic">,
): Float32Array {
  const scaled = (value: number) => (logarithmic ? Math.log(value) : value);
  const [from, to] = [scaled(min), scaled(max)];
  return Float32Array.from(values, (value) => {
    if (!Number.isFinite(value) || (logarithmic && value <= 0)) return Number.NaN;
    return Math.min(1, Math.max(0, (scaled(value) - from) / (to - from)));
  });
}

/** What is said of values that have no colour; undefined where all have one. */
export function noValueText(
  { zero, negative, infinite, notNumber }: MatrixStatistics,
  logarithmic: boolean,
): string | undefined {
  const parts = [
    [notNumber, "not a number"],
    [infinite, "infinite"],
    [logarithmic ? zero : 0, "zero"],
    [logarithmic ? negative : 0, "negative"],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return said.length === 0 ? undefined : `No value: ${said.join(", ")}`;
}
