import { SeededRandom } from "./seeded-random.js";

/** A structural connectivity; matrices are row-major, [target, source]. */
export interface Connectome {
  readonly regions: number;
  /** Symmetric, zero diagonal, largest value 3, shape (regions, regions). */
  readonly weights: Float64Array;
  /** Millimetres along the fibre, shape (regions, regions). */
  readonly tractLengths: Float64Array;
  /** Millimetres; x to the right, y to the front, z up; shape (regions, 3). */
  readonly centres: Float64Array;
  readonly regionLabels: readonly string[];
  /** True in the right hemisphere. */
  readonly hemispheres: readonly boolean[];
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

const SEMI_AXES = { x: 62, y: 82, z: 55 }; // mm, about an adult cortex
const MIDLINE_GAP = 5; // mm
const CANDIDATES = 24; // of which the one farthest from its neighbours becomes the next centre
const DECAY_LENGTH = 40; // mm; tracer studies find weights that fall exponentially with distance
const HOMOLOGUE_WEIGHT = 0.6; // through the corpus callosum, relative to a neighbour's
const FIBRE_DETOUR = 1.25; // a fibre is longer than the straight line
const MAX_WEIGHT = 3; // the scale of The Virtual Brain's default connectivity

/**
 * A brain-like network by a generative rule: centres spread over two mirrored
 * half ellipsoids, connection probability and strength falling with distance,
 * homologous regions joined across the midline.
 *
 * @param regions even; half of them in either hemisphere, left first.
 */
export function generateConnectome(regions: number, seed: number): Connectome {
  const random = new SeededRandom(seed);
  const half = regions / 2;
  // By lobe, so that neighbours in the brain are neighbours in a matrix too.
  const right = spreadCentres(half, random).sort((a, b) => lobe(a).localeCompare(lobe(b), "en") || b.y - a.y);
  const points = [...right.map((point) => mirrored(point, random)), ...right];
  const codes = lobeCodes(right);

  const weights = new Float64Array(regions * regions);
  const tractLengths = new Float64Array(regions * regions);
  points.forEach((a, i) => {
    points.slice(0, i).forEach((b, j) => {
      const length = distance(a, b) * FIBRE_DETOUR;
      const weight = i - j === half ? HOMOLOGUE_WEIGHT : drawWeight(length, random);
      weights[i * regions + j] = weights[j * regions + i] = weight;
      tractLengths[i * regions + j] = tractLengths[j * regions + i] = length;
    });
  });
  const largest = weights.reduce((a, b) => Math.max(a, b), 0);

  return {
    regions,
    weights: weights.map((weight) => (weight / largest) * MAX_WEIGHT),
    tractLengths,
    centres: Float64Array.from(points.flatMap(({ x, y, z }) => [x, y, z])),
    regionLabels: [...codes.map((code) => `l${code}`), ...codes.map((code) => `r${code}`)],
    hemispheres: points.map((_, index) => index >= half),
  };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);
}

/** Best-candidate sampling of the right half ellipsoid's shell: random, yet no two centres coincide. */
function spreadCentres(count: number, random: SeededRandom): Point[] {
  const centres: Point[] = [];
  while (centres.length < count) {
    let best = onShell(random);
    let room = roomAround(best, centres);
    for (let n = 1; n < CANDIDATES; n++) {
      const candidate = onShell(random);
      const candidateRoom = roomAround(candidate, centres);
      if (candidateRoom > room) [best, room] = [candidate, candidateRoom];
    }
    centres.push(best);
  }
  return centres;
}

function roomAround(point: Point, others: readonly Point[]): number {
  return others.reduce((least, other) => Math.min(least, distance(point, other)), Number.POSITIVE_INFINITY);
}

function onShell(random: SeededRandom): Point {
  const [x, y, z] = [random.normal(), random.normal(), random.normal()];
  const depth = (0.75 + 0.25 * random.uniform()) / Math.hypot(x, y, z);
  return {
    x: MIDLINE_GAP + Math.abs(x) * depth * SEMI_AXES.x,
    y: y * depth * SEMI_AXES.y,
    z: z * depth * SEMI_AXES.z,
  };
}

/** The homologous region: brains are symmetric, but not to the millimetre. */
function mirrored({ x, y, z }: Point, random: SeededRandom): Point {
  return { x: -x + random.normal(), y: y + random.normal(), z: z + random.normal() };
}

function drawWeight(length: number, random: SeededRandom): number {
  const closeness = Math.exp(-length / DECAY_LENGTH);
  if (random.uniform() > Math.sqrt(closeness)) return 0;
  return closeness * Math.exp(0.5 * random.normal());
}

/** Frontal, occipital, parietal or temporal, by position. */
function lobe({ y, z }: Point): "F" | "O" | "P" | "T" {
  if (y > 15) return "F";
  if (y < -50) return "O";
  return z < -5 ? "T" : "P";
}

/** `F01`, `F02`, `O01`, ...: the regions of a lobe are numbered from front to back. */
function lobeCodes(centres: readonly Point[]): string[] {
  const counts = new Map<string, number>();
  return centres.map((point) => {
    const number = (counts.get(lobe(point)) ?? 0) + 1;
    counts.set(lobe(point), number);
    return `${lobe(point)}${String(number).padStart(2, "0")}`;
  });
}
