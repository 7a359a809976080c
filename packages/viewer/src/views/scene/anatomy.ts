export type Vector = readonly [x: number, y: number, z: number];

/** Which way the axes of a brain are: three directions of length 1, at right angles. */
export interface Anatomy {
  readonly right: Vector;
  readonly front: Vector;
  readonly up: Vector;
  /** Whether the file says which side is right; else x is taken for it, as in RAS coordinates. */
  readonly known: boolean;
}

/** x to the right, y to the front, z up. */
export const RAS: Anatomy = { right: [1, 0, 0], front: [0, 1, 0], up: [0, 0, 1], known: false };

/**
 * The axes by where the hemispheres are: right is the axis along which their middles are farthest apart, and up is z.
 *
 * @param points shape (n, 3), in C order
 * @param isRight for each point whether it is in the right hemisphere
 */
export function anatomyOf(points: ArrayLike<number>, isRight: ArrayLike<number> | undefined): Anatomy {
  if (isRight === undefined) return RAS;
  const sums = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  const counts = [0, 0];
  for (let i = 0; i < isRight.length; i++) {
    const side = isRight[i] ? 1 : 0;
    const point = [0, 1, 2].map((axis) => points[3 * i + axis] ?? Number.NaN);
    if (!point.every(Number.isFinite)) continue;
    counts[side] = (counts[side] ?? 0) + 1;
    sums[side] = point.map((coordinate, axis) => coordinate + (sums[side]?.[axis] ?? 0));
  }
  const [left, right] = sums.map((sum, side) => sum.map((each) => each / (counts[side] ?? 0)));
  const apart = [0, 1, 2].map((axis) => (right?.[axis] ?? 0) - (left?.[axis] ?? 0));
  const farthest = Math.max(...apart.map(Math.abs));
  if (!(farthest > 0)) return RAS; // one hemisphere only, or both at the same place
  const axis = apart.findIndex((each) => Math.abs(each) === farthest);
  const toRight = unit(axis, Math.sign(apart[axis] ?? 1));
  const up = axis === 2 ? unit(1, 1) : unit(2, 1);
  return { right: toRight, front: cross(up, toRight), up, known: true };
}

function unit(axis: number, sign: number): Vector {
  return [axis === 0 ? sign : 0, axis === 1 ? sign : 0, axis === 2 ? sign : 0];
}

function cross([a, b, c]: Vector, [x, y, z]: Vector): Vector {
  return [b * z - c * y, c * x - a * z, a * y - b * x].map((each) => each + 0) as [number, number, number]; // without -0
}

/** What is seen from a camera: the middle of all points and their greatest distance from it. */
export interface Bounds {
  readonly centre: Vector;
  readonly radius: number;
}

/** Of the points that are finite; a unit sphere where there are none. @param points shape (n, 3), in C order */
export function boundsOf(points: ArrayLike<number>): Bounds {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i++) {
    const value = points[i] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    const axis = i % 3;
    if (value < (low[axis] ?? 0)) low[axis] = value;
    if (value > (high[axis] ?? 0)) high[axis] = value;
  }
  const [x = 0, y = 0, z = 0] = low.map((each, axis) => (each + (high[axis] ?? 0)) / 2);
  if (![x, y, z].every(Number.isFinite)) return { centre: [0, 0, 0], radius: 1 };
  let radius = 0;
  for (let i = 0; i + 2 < points.length; i += 3) {
    const distance = Math.hypot((points[i] ?? 0) - x, (points[i + 1] ?? 0) - y, (points[i + 2] ?? 0) - z);
    if (distance > radius) radius = distance;
  }
  return { centre: [x, y, z], radius: radius || 1 };
}
