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
  let [x0, y0, z0] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [x1, y1, z1] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  forEachPoint(points, (x, y, z) => {
    [x0, y0, z0] = [Math.min(x0, x), Math.min(y0, y), Math.min(z0, z)];
    [x1, y1, z1] = [Math.max(x1, x), Math.max(y1, y), Math.max(z1, z)];
  });
  if (x0 > x1) return { centre: [0, 0, 0], radius: 1 };
  const centre = [(x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2] as const;
  let radius = 0;
  forEachPoint(points, (x, y, z) => {
    radius = Math.max(radius, Math.hypot(x - centre[0], y - centre[1], z - centre[2]));
  });
  return { centre, radius: radius || 1 };
}

function forEachPoint(points: ArrayLike<number>, visit: (x: number, y: number, z: number) => void): void {
  for (let i = 0; i + 2 < points.length; i += 3) {
    const [x = 0, y = 0, z = 0] = [points[i], points[i + 1], points[i + 2]];
    if (Number.isFinite(x + y + z)) visit(x, y, z);
  }
}
